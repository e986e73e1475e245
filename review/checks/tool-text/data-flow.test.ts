import { expect, test } from 'vitest';
import type { Manifest } from '../../../schemas/types.ts';
import { aLock, aManifest } from '../../../test/support/statements.ts';
import { dataFlowIn } from './data-flow.ts';
import { indexServers, namedServer } from './server-index.ts';

type Label = NonNullable<NonNullable<Manifest['tools']>['labels']>[string][number];

const server = (
  name: string,
  labels: Readonly<Record<string, Label[]>>,
  network: string[] = [],
  more: Partial<Manifest> = {},
): Manifest => aManifest({ name, tools: { labels }, permissions: { network }, ...more });

const toolsOf = (names: readonly string[], readOnlyHint: boolean): ReturnType<typeof aLock>['tools'] =>
  names.map((name) => ({
    name,
    definitions: [{ sha256: 'a'.repeat(64), definition: { name, annotations: { readOnlyHint } } }],
  }));

const says = (manifest: Manifest, others: readonly Manifest[] = [], tools = toolsOf([], true)): string[] =>
  dataFlowIn(manifest, tools, indexServers([manifest, ...others].map((each) => namedServer(each, [])))).map(
    ({ what }) => what,
  );

const mail = server('mail', { read_mail: ['private-data', 'untrusted-content'] }, ['mail.example.com:443']);
const files = server('files', { read_file: ['private-data'] });
const pages = server('pages', { fetch_page: ['untrusted-content'] }, ['*:443']);

test('says once for a server which tool gives what, and which ones write', () => {
  const tools = [...toolsOf(['read_mail'], true), ...toolsOf(['send_mail', 'reply'], false)];
  expect(says(mail, [files, pages], tools)).toEqual([
    'has private data ("read_mail"), content of others ("read_mail") and a way out ("mail.example.com:443" by "send_mail", "reply"): what others write can have an agent send private data out',
  ]);
});

test('names the servers that its users have too, and the group', () => {
  expect(says(files, [pages])).toEqual([
    'has private data ("read_file"), and its users also have content of others (pages) and a way out (pages): what others write can have an agent send private data out',
  ]);
  const forSales = server('pages', { fetch_page: ['untrusted-content'] }, ['*:443'], { audience: ['sales'] });
  expect(says(forSales, [files])).toEqual([
    'has content of others ("fetch_page") and a way out ("*:443"), and the users of the group sales also have private data (files): what others write can have an agent send private data out',
  ]);
});

test('says nothing where the users of other servers have all three already', () => {
  expect(says(files, [mail, pages])).toEqual([]);
  expect(says(files, [pages, { ...files, name: 'notes' }])).toEqual([]);
});
