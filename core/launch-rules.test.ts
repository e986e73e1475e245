import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { minimalYaml } from '../test/support/statements.ts';
import type { Argument, EnvironmentInput, Launch } from '../schemas/types.ts';
import { readManifest } from './manifest.ts';

const fixed = (value: string): Argument => ({ type: 'fixed', value });
const variable = (name: string, change: Partial<EnvironmentInput> = {}): EnvironmentInput => ({
  ...{ name, description: 'What it is for.' },
  ...change,
});

/** Every problem of a manifest with this launch, as `code message`. */
function found(launch: Launch): string[] {
  const environment = launch.environment?.map(({ name }) => name) ?? [];
  const text = minimalYaml(stringify({ launch, permissions: { environment } }));
  const read = readManifest('servers/internal-postgres.yaml', Buffer.from(text));
  return read.ok ? [] : read.problems.map(({ code, message }) => `${code} ${message}`);
}

test('accepts fixed words and defaults that refer to inputs with exactly one value', () => {
  const launch: Launch = {
    arguments: [
      fixed('--url=https://${HOST}/${PATH_PREFIX}'),
      fixed('--log=${state}/${profile}.log'),
      { type: 'named', name: '--profile', description: 'Which.', default: '${state}' },
    ],
    environment: [
      variable('HOST', { required: true }),
      variable('PATH_PREFIX', { default: '' }),
      variable('API', { default: 'https://${HOST}/api' }),
    ],
  };
  expect(found(launch)).toEqual([]);
});

const named = (name: string, change: object = {}): Argument => ({
  ...{ type: 'named', name, description: 'What it does.' },
  ...change,
});

test.each<[string, Launch, string]>([
  [
    'an input that is not declared',
    { arguments: [fixed('--url=${HOTS}')], environment: [variable('HOST', { required: true })] },
    'placeholder-undeclared ${HOTS} stands for nothing (did you mean HOST?)',
  ],
  [
    'a folder that is not spelt right',
    { environment: [variable('A', { default: '${stat}/a' })] },
    'placeholder-undeclared ${stat} stands for nothing (did you mean state?)',
  ],
  ['no name', { arguments: [fixed('a${}')] }, 'placeholder-undeclared ${} stands for nothing'],
  [
    'two inputs of one name',
    {
      arguments: [fixed('${host}'), named('--host', { required: true })],
      environment: [variable('host', { required: true })],
    },
    'placeholder-ambiguous ${host} stands for --host and for host',
  ],
  [
    'a flag',
    { arguments: [fixed('${all}'), named('--all', { flag: true, required: true })] },
    'placeholder-without-value ${all} stands for --all, which has no value',
  ],
  [
    'an input with several values',
    { arguments: [fixed('${all}'), named('--all', { repeated: true, required: true })] },
    'placeholder-without-value ${all} stands for --all, which may have several values',
  ],
  [
    'an input that may be missing',
    { arguments: [fixed('${HOST}')], environment: [variable('HOST')] },
    'placeholder-without-value ${HOST} stands for HOST, which a user may leave out',
  ],
  [
    'an input that refers to another',
    {
      arguments: [fixed('${API}')],
      environment: [variable('HOST', { required: true }), variable('API', { default: '${HOST}/api' })],
    },
    'placeholder-nested ${API} stands for API, whose default refers to another input',
  ],
  [
    'itself',
    { environment: [variable('A', { default: '${A}' })] },
    'placeholder-nested ${A} stands for A, whose default refers to another input',
  ],
  [
    'another input in a choice',
    {
      environment: [
        variable('TOKEN', { required: true, secret: true }),
        variable('A', { choices: ['${TOKEN}', '${state}'] }),
      ],
    },
    'placeholder-in-choice the choice "${TOKEN}" refers to another input',
  ],
])('refuses a value that refers to %s', (_, launch, problem) => {
  expect(found(launch)).toEqual([problem]);
});

test('accepts a transport with a port that an input changes, and refuses an input that is not there', () => {
  const transport = { type: 'streamable-http', port: 8000, path: '/mcp' } as const;
  const environment = [variable('PORT', { format: 'number' })];
  expect(found({ environment, transport: { ...transport, port_input: 'PORT' } })).toEqual([]);
  expect(found({ environment, transport: { ...transport, port_input: 'PROT' } })).toEqual([
    'port-input-undeclared launch declares no PROT (did you mean PORT?)',
  ]);
});

test('wants a port, or what tells the server one', () => {
  const environment = [variable('PORT', { format: 'number' })];
  expect(found({ environment, transport: { type: 'sse', port_input: 'PORT' } })).toEqual([]);
  expect(found({ environment, transport: { type: 'sse' } })).toEqual([
    'transport-without-port the transport says neither a port nor what tells the server one',
  ]);
});

test.each([{ port: 0 }, { port: 65536 }, { path: 'mcp' }, { path: '/a?b' }, { path: '/${a}' }])(
  'the schema refuses a transport with %j',
  (change) => {
    const launch = { transport: { type: 'sse', port: 8000, ...change } } as const;
    expect(found(launch)[0]).toMatch(/^(?:wrong-form|out-of-bounds) launch\.transport/u);
  },
);
