import { expect, test } from 'vitest';
import { registryFormat } from '../core/formats.ts';
import { readYaml } from '../core/yaml.ts';
import { checkViews } from './view-rules.ts';

const read = (views: string) =>
  readYaml(
    registryFormat,
    'registry.yaml',
    Buffer.from(
      `name: Example\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\nviews:\n${views}`,
    ),
  );

function problems(...to: readonly string[]): string[] {
  const found = read(to.map((each, index) => `  - { audience: [group-${index}], to: '${each}' }\n`).join(''));
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return checkViews(found.document).map(({ code, line, message }) => `${line} ${code}: ${message}`);
}

test.each([
  ['buckets of their own', ['s3://one', 's3://two', 's3://one-more']],
  ['folders of one bucket', ['s3://one/a', 's3://one/ab', 's3://one/b/a']],
  [
    'the same name at two services',
    ['s3://one?endpoint=https://a.example', 's3://one?endpoint=https://b.example', 's3://one'],
  ],
  ['one alone', ['file:///srv/developers']],
])('views may have %s', (_, to) => {
  expect(problems(...to)).toEqual([]);
});

test.each([
  ['the same bucket', ['s3://one', 's3://one/?region=eu-central-1'], 8],
  ['a folder of the bucket of another', ['s3://one/a', 's3://one'], 7],
  ['a folder in the folder of another', ['file:///srv/a', 'file:///srv/a/b/'], 8],
])('no view is sent to %s', (_, to, line) => {
  const [one, two] = line === 8 ? [1, 0] : [0, 1];
  expect(problems(...to)).toEqual([
    `${line} view-in-view: ${to[one]} is for group-${one}, and lies where the view for group-${two} is sent: who may read that reads both`,
  ]);
});

test.each([
  ['without groups', '  - { audience: [], to: s3://one }\n', 'views[0].audience'],
  ['for what is no name of a group', '  - { audience: ["a b"], to: s3://one }\n', 'views[0].audience[0]'],
  ['without a place', '  - { audience: [a] }\n', 'views[0]'],
  ['at a web address', '  - { audience: [a], to: "https://one.example" }\n', 'views[0].to'],
  ['in what is no bucket', '  - { audience: [a], to: "s3://One" }\n', 'views[0].to'],
  ['with a field that there is not', '  - { audience: [a], to: s3://one, groups: [b] }\n', 'groups'],
])('no view is read %s', (_, views, where) => {
  const found = read(views);
  expect(found.ok ? [] : found.problems.map(({ message }) => message)).toEqual([expect.stringContaining(where)]);
});
