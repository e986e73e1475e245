/** The view of one group, built by the commands themselves from a registry that has servers of others, and served. */
import { join } from 'node:path';
import type { FakePackage } from '../support/npm-registry.ts';
import { tinyPackages } from '../support/tiny-server.ts';
import { mergingRegistry, serveFolder, type ServedFolder } from './merging-registry.ts';

/** What says something of what only others may see: names of servers, versions, packages, tools, people and groups. */
export const wordsOfOthers: readonly string[] = [
  ...['payroll', 'pay-people', 'look-up-salary', 'earns', 'wages', 'paymaster', 'accountants'],
  ...['ledger-of-all', '0.9.0'],
];

/** The tiny server under another name, with another tool. */
const packageLike = (name: string, version: string, tool: string, about: string): FakePackage[] =>
  tinyPackages
    .filter((each) => each.name === 'tiny-server' && each.version === '1.0.0')
    .map((each) => ({
      ...{ ...each, name, version, manifest: { ...each.manifest, bin: { [name]: 'index.js' } } },
      files: Object.fromEntries(
        Object.entries(each.files ?? {}).map(([path, text]) => [
          path,
          text.replace("'greet'", `'${tool}'`).replace('Greets somebody.', about),
        ]),
      ),
    }));

/**
 * For `developers`: `tiny`, which is for everybody, and `notes`, whose versions 1.0.0 and 1.1.0 are for them and whose
 * version 0.9.0 was for others. `payroll` is for others alone, and revoked in part.
 */
export async function openViewSite(): Promise<ServedFolder> {
  const { folder, npm, done, merge } = await mergingRegistry([
    ...tinyPackages,
    ...packageLike('notes-server', '0.9.0', 'keep-note', 'Keeps a note.'),
    ...packageLike('notes-server', '1.0.0', 'keep-note', 'Keeps a note.'),
    ...packageLike('notes-server', '1.1.0', 'find-note', 'Finds a note.'),
    ...packageLike('pay-people', '1.0.0', 'look-up-salary', 'Says what somebody earns.'),
  ]);
  const described = (about: string, maintainer: string) =>
    [
      ['Greets people, to show that it runs.', about],
      ['team@example.com', maintainer],
    ] as const;
  const notes = (version: string, more: string): Promise<void> =>
    merge({
      ...{ name: 'notes', package: 'notes-server', version, more },
      words: described('Keeps notes.', 'notes-team@example.com'),
    });
  await merge({ name: 'tiny', package: 'tiny-server', version: '1.0.0', more: 'tags: [demo]\nbackends: [none]\n' });
  await merge({
    ...{ name: 'payroll', package: 'pay-people', version: '1.0.0' },
    more: [
      'audience: [accountants]',
      'tags: [wages]',
      'backends: [ledger-of-all]',
      'lifecycle:',
      "  - { versions: '<1.0.0', state: revoked, since: 2026-11-20, reason: It showed wages to all. }",
      '',
    ].join('\n'),
    words: described('Says what somebody earns.', 'paymaster@example.com'),
  });
  await notes('0.9.0', 'audience: [accountants]\n');
  await done('sign');
  await notes('1.0.0', 'audience: [developers, writers]\ntags: [notes]\n');
  await done('sign');
  await notes(
    '1.1.0',
    'audience: [developers, writers]\ntags: [notes]\npermissions:\n  network: [notes.example.com:443]\n',
  );
  await done('sign');
  await done('build', '--audience', 'developers');
  await npm.close();
  return serveFolder(join(folder, 'dist-views/developers'));
}
