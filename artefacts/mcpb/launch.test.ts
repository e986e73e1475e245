import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readManifest } from '../../core/manifest.ts';
import type { Fault } from '../../core/problem.ts';
import type { Launch } from '../../schemas/types.ts';
import { treeOf } from '../../test/support/tree-files.ts';
import { inputsOf, type SuggestedLaunch } from './launch.ts';
import { launchFaults } from './launch-faults.ts';
import { describeBundle, type Bundle } from './manifest.ts';
import { variablesOf } from './variables.ts';

interface Wishes {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

const bundle = ({ args = [], env = {}, inputs = {}, overrides = {} }: Wishes): Bundle =>
  describeBundle(
    treeOf({
      'manifest.json': {
        manifest_version: '0.3',
        name: 'tiny',
        version: '1.2.0',
        server: {
          type: 'node',
          entry_point: 'index.js',
          mcp_config: { command: 'node', args: ['${__dirname}/index.js', ...args], env, platform_overrides: overrides },
        },
        user_config: inputs,
      },
      'index.js': '',
    }),
    'tiny.mcpb',
  );

/** What is suggested must be what a manifest can hold. */
function suggested(wishes: Wishes): SuggestedLaunch {
  const found = inputsOf(bundle(wishes));
  const manifest = {
    name: 'tiny',
    version: '1.2.0',
    maintainer: 'a@example.com',
    description: 'A tiny server.',
    scope: ['use:everything'],
    data_classification: 'internal',
    lawful_basis: 'contract',
    reviewed_at: '2026-11-01',
    reviewers: ['a@example.com'],
    artefact: { url: 'https://example.com/tiny.mcpb', sha256: '0'.repeat(64) },
    launch: found.launch,
    permissions: { environment: found.launch.environment?.map(({ name }) => name) ?? [] },
  };
  const read = readManifest('servers/tiny.yaml', Buffer.from(stringify(manifest)));
  expect(read.ok ? [] : read.problems).toEqual([]);
  return found;
}

const key = { type: 'string', title: 'Key', description: 'Your\nkey.', required: true, sensitive: true };
const count = { type: 'number', title: 'Count', min: 1, max: 9, default: 3, required: true };
const verbose = { type: 'boolean', title: 'Verbose', description: 'Verbose', default: false };
const folders = { type: 'directory', title: 'Folders', multiple: true, required: true };
const file = { type: 'file', title: 'File', default: '/etc/x' };

describe('suggests', () => {
  test.each<[string, Wishes, SuggestedLaunch['launch']]>([
    ['nothing for a bundle without wishes', {}, {}],
    [
      'fixed words',
      { args: ['serve', '--stdio', '--mode=fast', ''] },
      {
        arguments: [
          { type: 'fixed', value: 'serve' },
          { type: 'fixed', value: '--stdio' },
          { type: 'fixed', value: '--mode=fast' },
        ],
      },
    ],
    [
      'a named argument, in both ways of writing',
      { args: ['--count=${user_config.count}', '-v', '${user_config.verbose}'], inputs: { count, verbose } },
      {
        arguments: [
          {
            type: 'named',
            name: '--count',
            description: 'Count (at least 1, at most 9)',
            format: 'number',
            default: '3',
          },
          { type: 'named', name: '-v', description: 'Verbose', format: 'boolean', default: 'false' },
        ],
      },
    ],
    [
      'a positional argument',
      { args: ['${user_config.Config File}'], inputs: { 'Config File': file } },
      {
        arguments: [
          { type: 'positional', name: 'config_file', description: 'File', format: 'filepath', default: '/etc/x' },
        ],
      },
    ],
    [
      'a repeated argument, behind the option that takes all its values',
      { args: ['--allow', '${user_config.folders}'], inputs: { folders } },
      {
        arguments: [
          { type: 'fixed', value: '--allow' },
          {
            type: 'positional',
            name: 'folders',
            description: 'Folders',
            required: true,
            format: 'filepath',
            repeated: true,
          },
        ],
      },
    ],
    [
      'a secret variable without its default',
      { env: { KEY: '${user_config.key}' }, inputs: { key: { ...key, default: 'sk-1' } } },
      { environment: [{ name: 'KEY', description: 'Key: Your key.', required: true, secret: true }] },
    ],
    [
      'a variable that the bundle sets',
      { env: { MODE: 'local', EMPTY: '' } },
      {
        environment: [
          {
            name: 'MODE',
            description: 'The bundle sets it to this value.',
            default: 'local',
            choices: ['local'],
          },
        ],
      },
    ],
    [
      'a value within a word, by the variable that it is given as anyway',
      { args: ['--header', 'x-api-key:${user_config.key}'], env: { KEY: '${user_config.key}' }, inputs: { key } },
      {
        arguments: [
          { type: 'fixed', value: '--header' },
          { type: 'fixed', value: 'x-api-key:${KEY}' },
        ],
        environment: [{ name: 'KEY', description: 'Key: Your key.', required: true, secret: true }],
      },
    ],
    [
      'a value within a word, by a variable of its own',
      { env: { AUTH: 'Bearer ${user_config.api key}' }, inputs: { 'api key': key } },
      {
        environment: [
          { name: 'API_KEY', description: 'Key: Your key.', required: true, secret: true },
          { name: 'AUTH', description: 'The bundle sets it to this value.', default: 'Bearer ${API_KEY}' },
        ],
      },
    ],
    [
      'a long value that the bundle sets, which is no choice',
      { env: { A: 'a'.repeat(200), B: 'b'.repeat(201) } },
      {
        environment: [
          {
            name: 'A',
            description: 'The bundle sets it to this value.',
            default: 'a'.repeat(200),
            choices: ['a'.repeat(200)],
          },
          { name: 'B', description: 'The bundle sets it to this value.', default: 'b'.repeat(201) },
        ],
      },
    ],
    [
      'a value within several words, by one variable',
      { args: ['a:${user_config.count}', 'b:${user_config.count}'], inputs: { count } },
      {
        arguments: [
          { type: 'fixed', value: 'a:${COUNT}' },
          { type: 'fixed', value: 'b:${COUNT}' },
        ],
        environment: [{ name: 'COUNT', description: 'Count (at least 1, at most 9)', format: 'number', default: '3' }],
      },
    ],
    [
      'an option that is given twice by variables, the second time',
      { args: ['-k', '${user_config.key}', '-k', '${user_config.other}'], inputs: { key, other: key } },
      {
        arguments: [
          { type: 'named', name: '-k', description: 'Key: Your key.', required: true, secret: true },
          { type: 'fixed', value: '-k' },
          { type: 'fixed', value: '${OTHER}' },
        ],
        environment: [{ name: 'OTHER', description: 'Key: Your key.', required: true, secret: true }],
      },
    ],
    [
      'a place that is given twice by a variable, the second time',
      { args: ['${user_config.key}', '${user_config.key}'], inputs: { key } },
      {
        arguments: [
          { type: 'positional', name: 'key', description: 'Key: Your key.', required: true, secret: true },
          { type: 'fixed', value: '${KEY}' },
        ],
        environment: [{ name: 'KEY', description: 'Key: Your key.', required: true, secret: true }],
      },
    ],
    [
      'names of its own where an input has none that a manifest takes',
      {
        args: ['${user_config.名}', 'x:${user_config.名}'],
        inputs: { 名: { type: 'string', min: 1, required: true } },
      },
      {
        arguments: [
          { type: 'positional', name: 'value', description: '名', required: true },
          { type: 'fixed', value: 'x:${VALUE}' },
        ],
        environment: [{ name: 'VALUE', description: '名', required: true }],
      },
    ],
    [
      'no default that is not of the format',
      {
        env: { COUNT: '${user_config.count}' },
        inputs: { count: { type: 'number', default: 'many', required: true } },
      },
      { environment: [{ name: 'COUNT', description: 'count', required: true, format: 'number' }] },
    ],
  ])('%s', (_, wishes, launch) => {
    expect(suggested(wishes)).toEqual({ launch, left: [] });
  });
});

describe('names what a manifest cannot say', () => {
  const leftOut = 'is left out: a manifest cannot say it';
  test.each<[string, Wishes, SuggestedLaunch]>([
    [
      'a value within a word that may be missing, with the option before it',
      { args: ['--header', 'x:${user_config.o}', 'serve'], inputs: { o: { type: 'string' } } },
      {
        launch: { arguments: [{ type: 'fixed', value: 'serve' }] },
        left: [`the argument "--header" with the value "x:\${user_config.o}" ${leftOut}`],
      },
    ],
    [
      'a value within a word that would be a variable that decides what is loaded',
      { args: ['x:${user_config.ld_preload}'], inputs: { ld_preload: key } },
      { launch: {}, left: [`the argument "x:\${user_config.ld_preload}" ${leftOut}`] },
    ],
    [
      'the values of an option behind another that the user gives',
      { args: ['-k', '${user_config.key}', '--allow', '${user_config.folders}'], inputs: { key, folders } },
      {
        launch: {
          arguments: [{ type: 'named', name: '-k', description: 'Key: Your key.', required: true, secret: true }],
        },
        left: [`the argument "--allow" with the value "\${user_config.folders}" ${leftOut}`],
      },
    ],
    [
      'several values within a word',
      { env: { A: 'x:${user_config.folders}' }, inputs: { folders } },
      { launch: {}, left: [`the variable A with the value "x:\${user_config.folders}" ${leftOut}`] },
    ],
    [
      'the values of an option where another follows it',
      { args: ['--allow', '${user_config.folders}', '-v'], inputs: { folders } },
      {
        launch: { arguments: [{ type: 'fixed', value: '-v' }] },
        left: [`the argument "--allow" with the value "\${user_config.folders}" ${leftOut}`],
      },
    ],
    [
      'a value within a word whose name another variable has',
      { args: ['x:${user_config.key}'], env: { KEY: 'fixed' }, inputs: { key } },
      {
        launch: {
          environment: [
            { name: 'KEY', description: 'The bundle sets it to this value.', default: 'fixed', choices: ['fixed'] },
          ],
        },
        left: [`the argument "x:\${user_config.key}" ${leftOut}`],
      },
    ],
    [
      'a folder in an argument or a variable',
      { args: ['${HOME}/x', '--config=${__dirname}/c.json'], env: { C: '${__dirname}/c', T: '${TEMP}' } },
      {
        launch: {},
        left: [
          `the argument "\${HOME}/x" ${leftOut}`,
          `the argument "--config=\${__dirname}/c.json" ${leftOut}`,
          `the variable C with the value "\${__dirname}/c" ${leftOut}`,
          `the variable T with the value "\${TEMP}" ${leftOut}`,
        ],
      },
    ],
    [
      'a default in a folder of the user',
      { env: { D: '${user_config.d}' }, inputs: { d: { type: 'directory', default: '${HOME}/.tiny' } } },
      {
        launch: { environment: [{ name: 'D', description: 'd', format: 'filepath' }] },
        left: [
          `the default "\${HOME}/.tiny" of d ${leftOut}; write \${state} where the server keeps files of its own there`,
        ],
      },
    ],
    [
      'two lists of values',
      { args: ['${user_config.folders}', '${user_config.file}'], inputs: { folders, file } },
      {
        launch: {
          arguments: [
            { type: 'positional', name: 'folders', description: 'Folders', required: true, format: 'filepath' },
            { type: 'positional', name: 'file', description: 'File', format: 'filepath', default: '/etc/x' },
          ],
        },
        left: ['folders takes one value: only the last place of a manifest takes several'],
      },
    ],
    [
      'a variable with several values',
      { env: { F: '${user_config.folders}' }, inputs: { folders } },
      {
        launch: { environment: [{ name: 'F', description: 'Folders', required: true, format: 'filepath' }] },
        left: ['F takes one value: how several are joined, the bundle does not say'],
      },
    ],
    [
      'words for one system only',
      { args: ['a'], overrides: { win32: { args: ['index.js', 'b'] } } },
      {
        launch: { arguments: [{ type: 'fixed', value: 'a' }] },
        left: ['on win32 it wants other arguments or variables; a manifest has one list for all systems'],
      },
    ],
  ])('%s', (_, wishes, expected) => {
    expect(suggested(wishes)).toEqual(expected);
  });
});

describe('a manifest contradicts its bundle where it', () => {
  const wishes = bundle({ env: { KEY: '${user_config.key}', MODE: 'x' }, inputs: { key } });
  const faults = (of: Bundle, launch?: Launch): Fault[] =>
    launchFaults({ program: of.program, variables: variablesOf(of) }, launch);
  const input = { name: 'KEY', description: 'x' };

  test('leaves out a variable that the bundle needs', () => {
    expect(faults(wishes).map(({ code }) => code)).toEqual(['bundle-input-missing']);
  });
  test('shows what the bundle keeps secret', () => {
    expect(faults(wishes, { environment: [input] }).map(({ code }) => code)).toEqual(['bundle-input-secret']);
  });
  test('names a command', () => {
    const launch = { command: 'other', environment: [{ ...input, secret: true }] };
    expect(faults(wishes, launch)).toMatchObject([
      { code: 'bundle-command', message: 'launch.command is other, but the bundle starts index.js and nothing else' },
    ]);
  });
  test('and not in what nobody must give, or may see', () => {
    const optional = bundle({ env: { MODE: '${user_config.mode}' }, inputs: { mode: { type: 'string' } } });
    expect(faults(optional)).toEqual([]);
    expect(faults(optional, { environment: [{ name: 'MODE', description: 'x' }] })).toEqual([]);
  });
  test('and not in what is suggested for it', () => {
    expect(faults(wishes, inputsOf(wishes).launch)).toEqual([]);
  });
});
