/** `--audience`, of the commands that build, serve or publish the view of some groups instead of the whole registry. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { sameJson } from '../../core/canonical.ts';
import { systemCode, UsageError } from '../../core/failure.ts';
import { viewFormat } from '../../core/formats.ts';
import { openFormat } from '../../core/open-format.ts';
import { workspaceOfView, type Workspace } from '../../catalog/workspace.ts';
import { viewPath } from '../publish/view.ts';

export interface AudienceOption {
  readonly audience?: readonly string[];
}

/** `what` is done with the view. */
export const withAudience = (command: Command, what: string): Command =>
  command.option('--audience <group>', `${what} what this group may see, and nothing else; once for each group`, group);

function group(word: string, before: readonly string[] = []): readonly string[] {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/u.test(word)) return [...before, word];
  throw new InvalidArgumentError('it must be the name of one group, as manifests name it.');
}

/** Where hosts ask for a registry, in the form of `url` in registry.yaml. */
export function publishedAddress(word: string): string {
  if (/^https:\/\/[^\s?#@<>"'`\\]+[^/\s?#@<>"'`\\]$/u.test(word)) return word;
  throw new InvalidArgumentError('it must be https://<host>, with a path or none, and no slash at its end.');
}

/**
 * The workspace of what was built: of the whole registry, or of the view of these groups.
 * @throws UsageError where that view was not built
 */
export async function builtWorkspace(
  workspace: Workspace,
  audience: readonly string[] | undefined,
): Promise<Workspace> {
  if (audience === undefined) return workspace;
  const ofView = workspaceOfView(workspace, audience);
  const groups = [...new Set(audience)].sort();
  if (sameJson((await builtFor(ofView.dist)) ?? [], groups)) return ofView;
  throw new UsageError(
    `there is no view for ${groups.join(', ')} in ${ofView.dist}`,
    `run \`registry build ${groups.map((each) => `--audience ${each}`).join(' ')}\` first`,
  );
}

/** File systems that take two names for the same may have the view of other groups there. */
async function builtFor(dist: string): Promise<readonly string[] | undefined> {
  try {
    return openFormat(viewFormat, await readFile(join(dist, viewPath)), viewPath).audience;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
