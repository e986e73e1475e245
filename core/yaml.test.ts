import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { aPolicy } from '../test/support/statements.ts';
import { policyFormat, registryFormat } from './formats.ts';
import { readYaml } from './yaml.ts';

const registry = `name: Example MCP registry
url: https://mcp.example.com
id: mcp.example.com
namespace: com.example.mcp
main_branch: main
`;

const read = (text: string | Uint8Array): ReturnType<typeof readYaml> =>
  readYaml(registryFormat, 'registry.yaml', typeof text === 'string' ? Buffer.from(text) : text);

/** Every problem as `code line:column`. */
function found(text: string | Uint8Array): string[] {
  const result = read(text);
  return result.ok ? [] : result.problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
}

test('gives the document and the places of its fields', () => {
  const result = read(registry);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { file, value, locate } = result.document;
  expect(file).toBe('registry.yaml');
  expect(value).toEqual({
    name: 'Example MCP registry',
    url: 'https://mcp.example.com',
    id: 'mcp.example.com',
    namespace: 'com.example.mcp',
    main_branch: 'main',
  });
  expect(locate(['url'])).toEqual({ line: 2, column: 6 });
  expect(locate(['url'], 'key')).toEqual({ line: 2, column: 1 });
});

test('locates in each of several files, whichever was read last', () => {
  const documents = [registry, `# A comment.\n${registry}`, `# One.\n# Two.\n${registry}`].map((text) => read(text));
  const lines = (): unknown[] => documents.map((each) => each.ok && each.document.locate(['url'])?.line);
  expect(lines()).toEqual([2, 3, 4]);
  expect(lines()).toEqual([2, 3, 4]);
});

test('gives the nearest place around a field that is not there', () => {
  const { data_classes: _, ...others } = aPolicy();
  const classes = ['public', 'internal', 'confidential', 'restricted']
    .map(
      (name) =>
        `  ${name}:\n    reviewers: [a, b]\n    valid_for: 9 days\n    offline_hours: 1\n    access_review_every: 9 days\n`,
    )
    .join('');
  const result = readYaml(policyFormat, 'policy.yaml', Buffer.from(`data_classes:\n${classes}${stringify(others)}`));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { locate } = result.document;
  expect(locate(['data_classes', 'internal', 'reviewers', 1])).toEqual({ line: 8, column: 20 });
  expect(locate(['data_classes', 'internal', 'missing'])).toEqual({ line: 7, column: 3 });
  expect(locate(['nothing', 'of', 'the', 'kind'])).toEqual({ line: 1, column: 1 });
});

test.each([
  ['a key that stands there twice', `${registry}name: Another\n`, ['duplicate-key 6:1']],
  ['a key that is there twice inside another', `${registry}x: {a: 1, "a": 2}\n`, ['duplicate-key 6:11']],
  ['an anchor', registry.replace('id: ', 'id: &here '), ['anchor 3:11']],
  ['an anchor at a key', registry.replace('id:', '&here id:'), ['anchor 3:7']],
  ['an anchor at a list', `${registry}x: &all [a]\n`, ['anchor 6:9']],
  ['an alias', registry.replace('id: ', 'id: &a ').replace('com.example.mcp\n', '*a\n'), ['anchor 3:8', 'alias 4:12']],
  ['a merge key', `${registry}x:\n  <<: {a: 1}\n`, ['merge-key 7:3']],
  ['a merge key between quotes', `${registry}"<<": {a: 1}\n`, ['merge-key 6:1']],
  ['a second document', `${registry}---\nname: Another\n`, ['multiple-documents 6:1']],
  ['an open quote', `${registry}x: "abc\n`, ['not-yaml 7:1']],
  ['a tab as indentation', `x:\n\t- a\n`, ['not-yaml 2:1']],
  ['a list as a key', `${registry}? [a]\n: b\n`, ['not-yaml 6:3']],
])('reports %s with its place', (_, text, places) => {
  expect(found(text)).toEqual(places);
});

test('reports a tag at its value, known or not', () => {
  expect(found(registry.replace('id: ', 'id: !mine '))).toContain('tag 3:11');
  expect(found(registry.replace('id: ', 'id: !!str '))).toEqual(['tag 3:11']);
});

test('reports an alias that would grow without end, instead of following it', () => {
  const lines = Array.from({ length: 20 }, (_, index) => {
    const inner = Array.from({ length: 9 }, () => `*a${index}`).join(', ');
    return `a${index + 1}: &a${index + 1} [${inner}]`;
  });
  const result = read(`a0: &a0 x\n${lines.join('\n')}\n`);
  expect(result.ok ? [] : result.problems.map(({ code }) => code)).toContain('alias');
});

test('reports everything that is wrong, not only the first of it', () => {
  expect(found('name: 7\nurl: http://x\nid: mcp.example.com\nmain_branch: main\nextra: 1\n').sort()).toEqual([
    'missing-field 1:1',
    'unknown-field 5:1',
    'wrong-form 2:6',
    'wrong-type 1:7',
  ]);
});

test('reads YAML 1.2: a day, yes and no stay strings, and 010 is ten', () => {
  const result = readYaml(
    policyFormat,
    'policy.yaml',
    Buffer.from(
      'data_classes: {public: {reviewers: [yes, no, 2026-04-15], valid_for: 9 days, access_review_every: 9 days, offline_hours: 010}}\n',
    ),
  );
  const codes = result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
  expect(codes.filter((code) => !code.includes('the document has no'))).toEqual([
    'missing-field data_classes has no "internal"',
    'missing-field data_classes has no "confidential"',
    'missing-field data_classes has no "restricted"',
  ]);
});

test('takes a file as UTF-8 alone', () => {
  const latin1 = Buffer.from(registry.replace('Example', 'Exämple'), 'latin1');
  const result = read(latin1);
  expect(result).toEqual({
    ok: false,
    problems: [
      { code: 'not-utf8', file: 'registry.yaml', message: 'the file is not UTF-8', remedy: 'save it as UTF-8' },
    ],
  });
});

test('reports a file of 10 MB without reading it', () => {
  const result = read(Buffer.alloc(10 * 1024 * 1024, 'a: [')); // would be some million levels deep
  expect(result).toEqual({
    ok: false,
    problems: [
      {
        code: 'too-large',
        file: 'registry.yaml',
        message: '10485760 bytes are more than the 262144 that a registry may have',
        remedy: 'shorten it',
      },
    ],
  });
});

const ofLength = (bytes: number): string => `${`${registry}#`.padEnd(bytes - 1, 'x')}\n`;

test('accepts as many bytes as the limit says, and not one more', () => {
  expect(found(ofLength(262_144))).toEqual([]);
  expect(read(ofLength(262_145))).toMatchObject({ ok: false, problems: [{ code: 'too-large' }] });
});

test('reports nesting that no stack would hold', () => {
  const result = read(`x: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`);
  expect(result.ok ? [] : result.problems.map(({ code }) => code)).toContain('not-yaml');
});

test.each([
  ['nothing', ''],
  ['comments alone', '# nothing\n'],
  ['null', '~\n'],
  ['a list', '- a\n'],
  ['a word', 'word\n'],
])('reports a file with %s as no object', (_, text) => {
  expect(read(text)).toMatchObject({ ok: false, problems: [{ code: 'wrong-type', file: 'registry.yaml' }] });
});
