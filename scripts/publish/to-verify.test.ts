import { expect, test } from 'vitest';
import { binOf, targetPath } from '../../core/metadata.ts';
import { recordPath } from '../../core/statement.ts';
import type { Files } from './local-files.ts';
import { serversToVerify } from './to-verify.ts';

const names = ['github', 'memory', 'notion', 'slack'];
const bins = names.map((name) => binOf(recordPath(name)));
const approval = `approvals/${'a'.repeat(64)}.json`;
const forHosts = (name: string): string => targetPath(recordPath(name), name);

/** Every file by what is in it. */
const there: Readonly<Record<string, string>> = {
  ...Object.fromEntries(names.flatMap((name) => [recordPath(name), forHosts(name)].map((path) => [path, name]))),
  ...Object.fromEntries(bins.map((bin) => [`metadata/1.${bin}.json`, bin])),
  [approval]: 'an approval',
  'metadata/1.root.json': 'a root',
  'metadata/1.snapshot.json': 'a snapshot',
  'metadata/timestamp.json': 'a timestamp',
  'trust/keyring.json': 'a keyring',
  'trust/status.json': 'a status',
  'index.html': 'a page',
};

const filesOf = (content: Readonly<Record<string, string | undefined>>): Files =>
  new Map(
    Object.entries(content).flatMap(([path, text]) =>
      text === undefined ? [] : [[path, { sha256: text, bytes: text.length }] as const],
    ),
  );

const toVerify = (change: Readonly<Record<string, string | undefined>>): string[] =>
  serversToVerify(filesOf({ ...there, ...change }), filesOf(there));

test('each server has a bin of its own in these tests', () => {
  expect(new Set(bins).size).toBe(names.length);
});

test.each<[string, Readonly<Record<string, string | undefined>>, string[]]>([
  ['no server where nothing changed', {}, []],
  [
    'no server where only pages and what is signed for all of them changed',
    {
      'index.html': 'another page',
      'metadata/2.snapshot.json': 'another snapshot',
      'metadata/1.snapshot.json': undefined,
      'metadata/timestamp.json': 'another timestamp',
      'trust/status.json': 'another status',
    },
    [],
  ],
  ['a server whose record changed', { [recordPath('memory')]: 'another' }, ['memory']],
  ['a server that is new', { [recordPath('new')]: 'new' }, ['new']],
  ['a server whose record hosts would not find', { [forHosts('memory')]: undefined }, ['memory']],
  ['the servers of a bin that changed', { [`metadata/2.${bins[1]}.json`]: 'another' }, ['memory']],
  ['all where the keyring changed', { 'trust/keyring.json': 'another' }, names],
  ['all where there is a root more', { 'metadata/2.root.json': 'another' }, names],
  ['all where a root is gone', { 'metadata/1.root.json': undefined }, names],
  ['all where an approval has other bytes', { [approval]: 'other bytes' }, names],
  ['all where an approval is gone', { [approval]: undefined }, names],
  ['all where a record that hosts read has other bytes', { [forHosts('memory')]: 'other bytes' }, names],
  ['all where a bin has other bytes under its name', { [`metadata/1.${bins[0]}.json`]: 'other bytes' }, names],
])('verifies %s', (_, change, expected) => {
  expect(toVerify(change)).toEqual(expected);
});

test('verifies all where it is not known what is there', () => {
  expect(serversToVerify(filesOf(there), undefined)).toEqual(names);
});
