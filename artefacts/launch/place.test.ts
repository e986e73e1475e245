import { expect, test } from 'vitest';
import { launchContext } from '../../test/support/launch-context.ts';
import { aLock, aManifest } from '../../test/support/statements.ts';
import type { Argument, Launch } from '../../schemas/types.ts';
import type { LaunchContext } from './context.ts';
import { planLaunch, type Planned } from './plan.ts';

const planned = (launch: Launch, change: Partial<LaunchContext> = {}): Planned =>
  planLaunch(aManifest({ launch }), aLock(), launchContext(change));

/** The words and variables of a launch, or its problems. */
function placed(launch: Launch, change: Partial<LaunchContext> = {}): unknown {
  const result = planned(launch, change);
  return result.ok
    ? [result.plan.arguments, Object.fromEntries(result.plan.environment)]
    : result.problems.map(({ message }) => message);
}

const fixed = (value: string): Argument => ({ type: 'fixed', value });
const named = (name: string, change: object = {}): Argument => ({
  ...{ type: 'named', name, description: 'What it does.' },
  ...change,
});
const positional = (name: string, change: object = {}): Argument => ({
  ...{ type: 'positional', name, description: 'What to give.', required: true },
  ...change,
});
const variable = (name: string, change: object = {}) => ({ name, description: 'What it is for.', ...change });

test('a fixed word refers to variables, options and words that the user gave', () => {
  const launch: Launch = {
    arguments: [
      fixed('--url=https://${HOST}/${project}'),
      fixed('--log=${state}/${level}.log'),
      positional('project'),
      named('--level', { default: 'info' }),
    ],
    environment: [variable('HOST', { required: true })],
  };
  expect(placed(launch, { given: ['sales'], environment: { HOST: 'a.example' } })).toEqual([
    ['--url=https://a.example/sales', '--log=/home/user/state/info.log', '--level', 'info', 'sales'],
    { HOST: 'a.example' },
  ]);
});

test('a default refers to another input, and counts only where the user gives none', () => {
  const launch: Launch = {
    arguments: [positional('directory', { format: 'filepath' })],
    environment: [variable('CONFIG', { default: '${directory}/config.json' })],
  };
  expect(placed(launch, { given: ['notes'] })).toEqual([
    ['/home/user/notes'],
    { CONFIG: '/home/user/notes/config.json' },
  ]);
  expect(placed(launch, { given: ['notes'], environment: { CONFIG: '/etc/c' } })).toEqual([
    ['/home/user/notes'],
    { CONFIG: '/etc/c' },
  ]);
});

test('a value stays one word, and what looks like a placeholder in it stays as it is', () => {
  const launch: Launch = {
    arguments: [fixed('--name=${NAME}')],
    environment: [variable('NAME', { required: true }), variable('TOKEN', { required: true })],
  };
  const environment = { NAME: '${TOKEN} --all $&', TOKEN: 'hunter22' };
  expect(placed(launch, { environment })).toEqual([['--name=${TOKEN} --all $&'], environment]);
});

test('what the user gives after -- is never expanded', () => {
  const launch: Launch = {
    arguments: [positional('a'), named('--b')],
    environment: [variable('TOKEN', { required: true, secret: true })],
  };
  const given = ['${TOKEN}', '--b', '${state}'];
  expect(placed(launch, { given, environment: { TOKEN: 'hunter22' } })).toEqual([
    ['--b', '${state}', '${TOKEN}'],
    { TOKEN: 'hunter22' },
  ]);
});

test('a choice of the manifest still means the folder of the server', () => {
  const launch: Launch = { environment: [variable('FILE', { default: '${state}/a', choices: ['${state}/a'] })] };
  expect(placed(launch, { environment: { FILE: '/home/user/state/a' } })).toEqual([[], { FILE: '/home/user/state/a' }]);
});

test.each<[string, Launch, string[]]>([
  [
    'an input that is not declared',
    { arguments: [fixed('${HOTS}')], environment: [variable('HOST', { default: 'a' })] },
    ['${HOTS} stands for nothing (did you mean HOST?)'],
  ],
  [
    'an input that refers to another',
    { arguments: [fixed('${A}')], environment: [variable('A', { default: '${B}' }), variable('B', { default: 'b' })] },
    ['${A} stands for A, whose default refers to another input'],
  ],
  [
    'an input that is missing',
    { arguments: [fixed('${A}')], environment: [variable('A', { required: true })] },
    ['the variable A is missing: What it is for.'],
  ],
])('does not start a server whose approved words refer to %s', (_, launch, problems) => {
  expect(placed(launch)).toEqual(problems);
});

test('does not start a server that listens on a port, and says when it can be', () => {
  const result = planned({ transport: { type: 'streamable-http', port: 8000 } });
  expect(result).toEqual({
    ok: false,
    problems: [
      {
        message:
          'internal-postgres speaks streamable-http on a port, and only servers that speak over standard input can be started',
        remedy: expect.stringContaining('a later countersign') as string,
      },
    ],
  });
});
