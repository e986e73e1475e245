import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { isScalar, parseDocument } from 'yaml';
import { reviewableJson } from '../../core/canonical.ts';
import { Failure } from '../../core/failure.ts';
import { readManifest } from '../../core/manifest.ts';
import { artefactAt, isVersioned, nameAndVersion, newerThan } from '../../artefacts/upstream.ts';
import { dayOf, toSecond } from '../../core/time.ts';
import { lockPath } from '../../core/statement.ts';
import { say } from '../../host/output.ts';
import { replaceFile } from '../../catalog/write-file.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { cooledDown, lockableArtefact, makeLock } from '../../resolve/lock.ts';
import { waitingLines, type NewerVersions } from '../../artefacts/newer.ts';
import { forbiddenSource } from '../../review/checks/policy/source.ts';
import { diffLines } from '../../review/diff/lines.ts';
import { diffServer } from '../../review/diff/server.ts';
import { captureMode, whyNotCaptured } from './lock.ts';
import { conclude, here, named, openResolver, withJson, type CommonOptions } from './common.ts';

interface UpdateOptions extends CommonOptions {
  readonly to?: string;
}

/** `registry update`: a newer version of a server, with its lock; both files are written, or neither. */
export function update(program: Command): void {
  withJson(program.command('update <name>'))
    .description('move a server to the newest version that policy lets it have, and show what changes')
    .option('--to <version>', 'move to this version instead, however new it is')
    .action(async (name: string, { to, json }: UpdateOptions) => {
      const now = new Date();
      const repository = await readRegistryFiles(here());
      const [server] = named(repository, [name]);
      const { policy } = repository;
      if (server === undefined) return;
      if (policy === undefined) return conclude(json, repository.problems, { name }, []);
      const before = server.manifest.value;
      const forbidden = forbiddenSource(server, { policies: [policy.value], today: dayOf(now) });
      if (forbidden !== undefined) return conclude(json, [forbidden], { name }, []);
      const { reference: artefact } = lockableArtefact(before);
      if (!isVersioned(artefact)) throw withoutVersions(name, artefact.kind);
      const resolver = await openResolver(here(), name);
      const newer = await newerThan(artefact, policy.value.packages.cooldown_days, now, resolver);
      const { version: current } = nameAndVersion(artefact);
      const version = to ?? newer.newest ?? current;
      if (version === current) return conclude(json, [], { name, version, changes: [] }, unmoved(name, version, newer));

      const { url, sha256 } = await artefactAt(artefact, version, resolver);
      const file = join(here(), server.manifest.file);
      const text = replaceScalars(await readFile(file, 'utf8'), [
        [['version'], version],
        [['artefact', 'url'], url],
        [['artefact', 'sha256'], sha256],
      ]);
      const read = readManifest(server.manifest.file, Buffer.from(text));
      if (!read.ok) return conclude(json, read.problems, { name }, []);
      const capture = await captureMode(before, server.lock?.value.capture);
      // Whoever names a version wants it although it may be fresh, and what it loads with it.
      const asOf = to === undefined ? cooledDown(now, policy.value) : now;
      const lock = await makeLock(read.document.value, new Date(toSecond(asOf)), capture, resolver);
      await replaceFile(here(), lockPath(name), reviewableJson(lock));
      await replaceFile(here(), server.manifest.file, text);
      if (lock.capture === 'none') say(`its tools were not captured: ${whyNotCaptured(before.name)}`);
      const changes = diffLines(
        diffServer(
          name,
          { manifest: before, ...(server.lock !== undefined && { lock: server.lock.value }) },
          { manifest: read.document.value, lock },
        ),
      );
      conclude(json, [], { name, from: before.version, version, changes }, [
        ...changes,
        'review its permissions and inputs, then commit both files',
      ]);
    });
}

const withoutVersions = (name: string, kind: string): Failure =>
  new Failure(
    'no-versions',
    `${name} is an artefact of kind ${kind}, and nobody lists its versions`,
    'write the address and the sha256 of the new one into the manifest, and run `registry lock`',
  );

function unmoved(name: string, version: string, newer: NewerVersions): string[] {
  const [waiting] = [...newer.cooling.map((each) => each.version), ...newer.undated];
  if (waiting === undefined) return [`${name} is at ${version} already`];
  return [
    `${name} stays at ${version}`,
    ...waitingLines(newer).map((line) => `  ${line}`),
    `\`registry update ${name} --to ${waiting}\` moves it all the same; the review will say so`,
  ];
}

/** Replaces values in place, so that comments, order and layout stay as somebody wrote them. */
function replaceScalars(text: string, values: readonly (readonly [readonly string[], string])[]): string {
  const document = parseDocument(text);
  const edits = values.map(([path, value]) => {
    const node = document.getIn(path, true);
    const range = isScalar(node) ? node.range : undefined;
    if (range === undefined || range === null)
      throw new Failure('not-a-scalar', `${path.join('.')} is no plain value`, 'write it as one, on one line');
    return { start: range[0], end: range[1], value: `'${value}'` };
  });
  // From the end, so that earlier places stay where they are.
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((edited, { start, end, value }) => edited.slice(0, start) + value + edited.slice(end), text);
}
