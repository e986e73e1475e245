import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readManifest } from '../core/manifest.ts';
import { minimalYaml } from '../test/support/statements.ts';
import { fixManifest } from './fix.ts';
import { growthOf, nearlyLinear } from '../test/support/growth.ts';

const folder = join(import.meta.dirname, '../servers');
const committed = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
const manifestOf = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** What Prettier thinks of a manifest, as `npm run check` asks it. */
const isPretty = async (text: string): Promise<boolean> =>
  check(text, { ...(await resolveConfig(join(folder, 'x.yaml'))), parser: 'yaml' });

/** The fixed text, after a proof that nothing is left to fix. */
function fixed(text: string): string {
  const fix = fixManifest(text);
  if (fix === undefined) return text;
  expect(fix.changes.length).toBeGreaterThan(0);
  expect(fixManifest(fix.text)).toBeUndefined();
  return fix.text;
}

test.each(committed)('leaves %s as it is', async (name) => {
  expect(fixManifest(await manifestOf(name))).toBeUndefined();
});

test.each<[string, string, string]>([
  ['top-level fields', 'version: 1.2.0\nname: a\n', 'name: a\nversion: 1.2.0\n'],
  ['fields of a field', 'artefact:\n  sha256: b\n  url: a\n', 'artefact:\n  url: a\n  sha256: b\n'],
  [
    'fields of items, the first behind its dash',
    'launch:\n  arguments:\n    - value: --x\n      type: fixed\n    - type: fixed\n      value: --y\n',
    'launch:\n  arguments:\n    - type: fixed\n      value: --x\n    - type: fixed\n      value: --y\n',
  ],
  ['fields in braces', 'artefact: { sha256: b, url: a }\n', 'artefact: { url: a, sha256: b }\n'],
  [
    'fields at every depth',
    'launch:\n  environment:\n    - secret: true\n      name: A\n  arguments: []\nname: a\n',
    'name: a\nlaunch:\n  arguments: []\n  environment:\n    - name: A\n      secret: true\n',
  ],
  ['unknown fields, behind the known ones', 'x: 1\nversion: a\nw: 2\nname: a\n', 'name: a\nversion: a\nx: 1\nw: 2\n'],
  [
    'texts of several lines',
    'justification: |\n  # no comment\n  b\n\ndescription: >-\n  a\n  b\nname: a\n',
    'name: a\n\ndescription: >-\n  a\n  b\njustification: |\n  # no comment\n  b\n',
  ],
])('puts %s in order', (_, text, expected) => {
  expect(fixed(text)).toBe(expected);
  expect(parse(fixed(text))).toEqual(parse(text));
});

test.each<[string, string, string]>([
  ['above a field', '# of the version\nversion: a\nname: a\n', 'name: a\n# of the version\nversion: a\n'],
  ['beside a field', 'version: a # of the version\nname: a\n', 'name: a\nversion: a # of the version\n'],
  [
    'below a field, and further in',
    'launch:\n  command: a\n  # of the launch\nname: a\n',
    'name: a\nlaunch:\n  command: a\n  # of the launch\n',
  ],
  [
    'for editors, at the top',
    '# yaml-language-server: $schema=x\nversion: a\nname: a\n',
    '# yaml-language-server: $schema=x\nname: a\nversion: a\n',
  ],
  ['about the file', '# about the file\n\nversion: a\nname: a\n', '# about the file\n\nname: a\nversion: a\n'],
  ['at the end', 'version: a\nname: a\n# the end\n', 'name: a\nversion: a\n# the end\n'],
  [
    'in an item',
    'launch:\n  arguments:\n    # of the item\n    - value: --x\n      # of the type\n      type: fixed\n',
    'launch:\n  arguments:\n    # of the item\n    - # of the type\n      type: fixed\n      value: --x\n',
  ],
])('keeps a comment %s', (_, text, expected) => {
  expect(fixed(text)).toBe(expected);
});

test.each([
  ['version: 1.10', "version: '1.10'"],
  ['version: 1.0 # old', "version: '1.0' # old"],
  ['version: 0x1F', "version: '0x1F'"],
  ['version: 2026', "version: '2026'"],
  ['title: true', "title: 'true'"],
  ['tags: [1, a]', "tags: ['1', a]"],
  ['launch: {arguments: [{type: fixed, value: 8080}]}', "launch: {arguments: [{type: fixed, value: '8080'}]}"],
  ['lifecycle: [{versions: [1.0, 1.10]}]', "lifecycle: [{versions: ['1.0', '1.10']}]"],
  ['title: "a"', "title: 'a'"],
])('writes %s as %s', (line, expected) => {
  expect(fixed(`${line}\n`)).toBe(`${expected}\n`);
});

test.each([
  ['a version that is a text', 'version: 1.2.0'],
  ['a switch', 'launch: {environment: [{name: A, required: true}]}'],
  ['a number in the place of a list', 'tags: 5'],
  ['a day', 'reviewed_at: 2026-04-15'],
  ['double quotes around an escape', String.raw`title: "a\u00e9"`],
  ['double quotes around single ones', `title: "it's"`],
  ['quotes amid a text', 'title: a "b" c'],
  ['nothing', 'backends:'],
])('leaves %s as it is', (_, line) => {
  expect(fixManifest(`${line}\n`)).toBeUndefined();
});

test.each([
  ['line ends of Windows', 'name: a\r\nversion: b\r\n', 'name: a\nversion: b\n'],
  ['a missing line end', 'name: a', 'name: a\n'],
  ['spaces at the ends of lines', 'name: a  \nversion: b\t\n', 'name: a\nversion: b\n'],
  ['blank lines', '\n\nname: a\n\n\n\nversion: b\n\n\n', 'name: a\n\nversion: b\n'],
  ['a byte order mark', '\ufeffname: a\n', 'name: a\n'],
])('fixes %s', (_, text, expected) => {
  expect(fixed(text)).toBe(expected);
});

test.each([
  ['a block', 'justification: |\n  a  \n\n\n  b\n'],
  ['quotes', "justification: 'a\n\n\n  b'\n"],
])('leaves spaces and blank lines in a text in %s to it', (_, text) => {
  expect(fixManifest(text)).toBeUndefined();
});

test.each([
  ['a syntax error', 'version: [\nname: a\n'],
  ['a key that stands there twice', 'version: a\nname: a\nname: b\n'],
  ['an anchor', 'version: &a b\nname: a\n'],
  ['an alias', 'version: *a\nname: a\n'],
  ['a tag', 'version: !!str 1\nname: a\n'],
  ['a directive', '%YAML 1.1\n---\nversion: a\nname: a\n'],
  ['a second document', 'version: a\nname: a\n---\nname: b\n'],
  ['more bytes than a manifest may have', `version: a\nname: a\n#${'x'.repeat(300_000)}\n`],
])('has no hand in a file with %s', (_, text) => {
  expect(fixManifest(text)).toBeUndefined();
});

test('says what it did', () => {
  expect(fixManifest('version: 1.10\r\ntitle: true\r\nname: "a"\r\n')?.changes).toEqual([
    'line ends and blank lines',
    'quotes around version and 1 more',
    'single quotes',
    'order of fields',
  ]);
});

test('makes a manifest valid that lacked nothing but quotes', () => {
  const text = minimalYaml().replace('version: 1.2.0', 'version: 1.10');
  const file = 'servers/internal-postgres.yaml';
  expect(readManifest(file, Buffer.from(text)).ok).toBe(false);
  const read = readManifest(file, Buffer.from(fixed(text)));
  expect(read.ok && read.document.value.version).toBe('1.10');
});

/** Top-level fields of a text, each with the comments above it, backwards; the first line stays where it is. */
function backwards(text: string): string {
  const [top = ''] = /^.*\n/u.exec(text) ?? [];
  const fields = text.slice(top.length).match(/(?:^#.*\n)*^[a-z_]+:.*\n(?:^[ ].*\n|^\n)*/gmu) ?? [];
  return top + fields.toReversed().join('');
}

test.each(committed)('puts %s right again after its fields were turned around', async (name) => {
  const text = await manifestOf(name);
  const turned = backwards(text);
  expect(turned).not.toBe(text);
  expect(fixed(turned)).toBe(text);
  expect(await isPretty(fixed(turned))).toBe(true);
});

test.each([
  'artefact: { sha256: b, url: a }\nname: a\n',
  'launch:\n  arguments:\n    # x\n    - value: --x\n      # y\n      type: fixed\n\nname: a\n',
  'version: 1.10 # x\n\n# z\nname: a\n',
  'tags: [1, 2.0]\nversion: 1.0\n',
])('gives what Prettier would not touch, either: %j', async (text) => {
  expect(await isPretty(text)).toBe(true);
  expect(fixed(text)).not.toBe(text);
  expect(await isPretty(fixed(text))).toBe(true);
});

test.each(['\n\nname: a\n\n\nversion: b\n\n', 'name: a  \r\nversion: b', 'name: "a"\n'])(
  'fixes what Prettier would fix in %j',
  async (text) => {
    expect(await isPretty(text)).toBe(false);
    expect(await isPretty(fixed(text))).toBe(true);
  },
);

test.each([
  [
    'maps in a wrong order',
    (count: number) => `launch:\n  arguments:\n${'    - value: --x\n      type: fixed\n'.repeat(count)}`,
  ],
  ['numbers without quotes', (count: number) => `tags: [${'1, '.repeat(count)}1]\nversion: a\n`],
  ['comments', (count: number) => `${'# x\n'.repeat(count)}version: a\nname: b\n`],
])('takes a time that grows with their number alone for very many %s', async (_, text) => {
  expect(await growthOf((count) => fixManifest(text(count)), 500)).toBeLessThan(nearlyLinear);
});

test('comes to an end with nested lists', () => {
  const text = `version: a\nname: ${'['.repeat(60)}${']'.repeat(60)}\n`;
  expect(fixManifest(text)).toBeDefined();
});
