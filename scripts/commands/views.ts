import type { Command } from 'commander';
import { cloneSource } from '../../catalog/clone-source.ts';
import { listCommit } from '../../catalog/committed.ts';
import { commitNamed } from '../../catalog/git.ts';
import { readOutline } from '../../catalog/registry-files.ts';
import type { FileSource } from '../../catalog/read-file.ts';
import { UsageError } from '../../core/failure.ts';
import { columns, say } from '../../host/output.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { signedLast } from './signed-last.ts';

interface ViewsOptions extends CommonOptions {
  readonly state?: string;
}

/** `registry views`: what a schedule builds and publishes beside the whole registry. */
export function views(program: Command): void {
  withJson(program.command('views'))
    .description(
      'list the views that registry.yaml names: a line each, with its groups, where it is sent and its address',
    )
    .option('--state <address>', 'the state of a signer: registry.yaml as it signed it last, whatever is checked out')
    .action(async ({ json, state }: ViewsOptions) => {
      const root = here();
      const { registry, problems } = await readOutline(state === undefined ? root : await signedFiles(root, state));
      const found = (registry?.value.views ?? []).map(({ audience, to, url = registry?.value.url ?? '' }) => ({
        audience,
        to,
        url,
      }));
      const own = problems.filter(({ file }) => file === 'registry.yaml');
      if (found.length === 0 && own.length === 0) say('registry.yaml names no views');
      conclude(
        json,
        own,
        { views: found },
        columns(found.map(({ audience, to, url }) => [audience.join(','), to, url])),
      );
    });
}

/** @throws UsageError where nothing was signed yet, or the clone does not have what was */
async function signedFiles(root: string, address: string): Promise<FileSource> {
  const { commit } = await signedLast(address, new Date());
  if ((await commitNamed(root, commit)) === undefined)
    throw new UsageError(`this clone does not have the commit ${commit}, which was signed last`, 'run `git fetch`');
  const { lend, folder } = await cloneSource(root);
  return lend(async (objects) => (await listCommit(objects, commit, folder)).outline);
}
