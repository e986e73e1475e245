import { expect, test } from 'vitest';
import { launchContext } from '../../test/support/launch-context.ts';
import { aLock, aManifest, aPackage } from '../../test/support/statements.ts';
import type { Argument, EnvironmentInput, Launch, LockedPackage } from '../../schemas/types.ts';
import { programOf } from '../kinds.ts';
import type { LaunchContext } from './context.ts';
import { planLaunch, type LaunchPlan } from './plan.ts';
import type { LaunchProblem, Program } from './program.ts';

function plan(launch: Launch, change: Partial<LaunchContext> = {}): LaunchPlan {
  const planned = planLaunch(aManifest({ launch }), aLock(), launchContext(change));
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned.plan;
}

function problems(launch: Launch, change: Partial<LaunchContext> = {}): readonly LaunchProblem[] {
  const planned = planLaunch(aManifest({ launch }), aLock(), launchContext(change));
  return planned.ok ? [] : planned.problems;
}

const words = (declared: Argument[], ...given: string[]): readonly string[] =>
  plan({ arguments: declared }, { given }).arguments;
const wrong = (declared: Argument[], ...given: string[]): string[] =>
  problems({ arguments: declared }, { given }).map(({ message }) => message);

const fixed = (value: string): Argument => ({ type: 'fixed', value });
const named = (name: string, change: object = {}): Argument => ({
  ...{ type: 'named', name, description: 'What it does.' },
  ...change,
});
const positional = (name: string, change: object = {}): Argument => ({
  ...{ type: 'positional', name, description: 'What to give.' },
  ...change,
});

const lockWithBins = (bin?: Record<string, string>): ReturnType<typeof aLock> => {
  const lock = aLock();
  const { bin: _, ...root } = aPackage('@example/mcp-postgres', '1.2.0');
  const packages: Record<string, LockedPackage> = { [lock.closure.root]: { ...root, ...(bin && { bin }) } };
  return { ...lock, closure: { ...lock.closure, packages } };
};

const node = (script: string): Program => ({ runs: 'node', script });

test('runs the only bin of the artefact where the manifest names none', () => {
  expect(programOf(aManifest(), aLock(), 'linux')).toEqual(node('node_modules/@example/mcp-postgres/dist/index.js'));
});

test('runs the bin that the manifest names', () => {
  const lock = lockWithBins({ a: 'a.js', b: 'b.js' });
  expect(programOf(aManifest({ launch: { command: 'b' } }), lock, 'linux')).toEqual(
    node('node_modules/@example/mcp-postgres/b.js'),
  );
});

test.each<[string, Record<string, string> | undefined, string | undefined, string]>([
  ['two bins and no command', { a: 'a.js', b: 'b.js' }, undefined, 'has 2 bins, not one: a, b'],
  ['no bin', undefined, undefined, 'has 0 bins, not one'],
  ['a command that is no bin', { postgres: 'a.js' }, 'postgers', 'has no bin postgers (did you mean postgres?)'],
  ['a command that every object has', { a: 'a.js' }, 'constructor', 'has no bin constructor'],
])('says of an artefact with %s what to do', (_, bin, command, message) => {
  const manifest = aManifest(command === undefined ? {} : { launch: { command } });
  expect(programOf(manifest, lockWithBins(bin), 'linux')).toMatchObject({
    message: `npm:@example/mcp-postgres@1.2.0 ${message}`,
    remedy: expect.stringContaining('launch.command'),
  });
});

test('needs no launch at all', () => {
  const { launch: _, ...manifest } = aManifest();
  expect(planLaunch(manifest, aLock(), launchContext())).toEqual({
    ok: true,
    plan: {
      program: node('node_modules/@example/mcp-postgres/dist/index.js'),
      arguments: [],
      environment: new Map(),
    },
  });
});

test('passes fixed words first, then options, then the other words', () => {
  const declared = [positional('database'), fixed('--stdio'), named('--schema'), fixed('serve')];
  expect(words(declared, 'sales', '--schema', 'public')).toEqual(['--stdio', 'serve', '--schema', 'public', 'sales']);
});

test.each([[['--schema', 'public']], [['--schema=public']]])('takes an option as %j', (given) => {
  expect(words([named('--schema')], ...given)).toEqual(['--schema', 'public']);
});

test('takes what stands behind the first equals sign as the value, whatever it is', () => {
  expect(words([named('--where')], '--where=a=b=c')).toEqual(['--where', 'a=b=c']);
  expect(words([named('--where')], '--where=')).toEqual(['--where', '']);
  // As a word of its own it would be another option.
  expect(words([named('--where')], '--where=-x')).toEqual(['--where=-x']);
});

test('takes a single hyphen as a word', () => {
  expect(words([positional('file')], '-')).toEqual(['-']);
});

test('takes a flag alone', () => {
  expect(words([named('--verbose', { flag: true }), positional('a')], '--verbose', 'x')).toEqual(['--verbose', 'x']);
  expect(wrong([named('--verbose', { flag: true })], '--verbose=yes')).toEqual(['--verbose takes no value']);
});

test('refuses an option without its value', () => {
  expect(wrong([named('--schema')], '--schema')).toEqual(['--schema has no value']);
  const declared = [named('--schema'), named('--verbose', { flag: true })];
  expect(wrong(declared, '--schema', '--verbose')).toContain('--schema has no value');
});

test.each([
  ['--shcema', 'option --shcema (did you mean --schema?)'],
  ['--unrelated-thing', 'such option'],
])('refuses the option %s, which is not declared', (option, said) => {
  expect(problems({ arguments: [named('--schema')] }, { given: [option] })).toEqual([
    { message: `internal-postgres takes no ${said}`, remedy: 'it takes --schema' },
  ]);
});

test('refuses every option where none is declared', () => {
  expect(problems({}, { given: ['--inspect=0.0.0.0'] })).toEqual([
    { message: 'internal-postgres takes no such option', remedy: 'leave it out' },
  ]);
});

test('takes an option once, unless it may be repeated', () => {
  expect(wrong([named('--schema')], '--schema', 'a', '--schema', 'b')).toEqual(['--schema is given twice']);
  expect(words([named('--schema', { repeated: true })], '--schema', 'a', '--schema=b')).toEqual([
    '--schema',
    'a',
    '--schema',
    'b',
  ]);
});

test('fills places in their order, and the last with all that is left', () => {
  const declared = [positional('first'), positional('rest', { repeated: true })];
  expect(words(declared, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
  expect(words(declared)).toEqual([]);
});

test.each([
  [[], ['a', 'b'], 'internal-postgres takes no words after --; there are 2 too many'],
  [
    [positional('x'), positional('y')],
    ['a', 'b', 'c'],
    'internal-postgres takes only x, y after --; there are 1 too many',
  ],
])('refuses more words than there are places for', (declared, given, message) => {
  expect(wrong(declared, ...given)).toEqual([message]);
});

test('passes defaults where nothing is given, and what is given instead', () => {
  const declared = [named('--schema', { default: 'public' }), positional('database', { default: 'main' })];
  expect(words(declared)).toEqual(['--schema', 'public', 'main']);
  expect(words(declared, '--schema=x', 'y')).toEqual(['--schema', 'x', 'y']);
});

test('says what is missing, with its description', () => {
  const declared = [
    named('--schema', { required: true }),
    positional('database', { required: true }),
    positional('rest', { required: true, repeated: true }),
    positional('more', { required: false }),
  ];
  expect(problems({ arguments: declared })).toEqual([
    { message: '--schema is missing: What it does.', remedy: 'give it after --' },
    { message: 'database is missing: What to give.', remedy: 'give it after --' },
    { message: 'rest is missing: What to give.', remedy: 'give it after --' },
  ]);
});

test('misses nothing that has a default', () => {
  const declared = [named('--a', { required: true, default: 'x' }), positional('b', { required: true, default: 'y' })];
  expect(words(declared)).toEqual(['--a', 'x', 'y']);
});

const choices = ['public', 'staging'];

test('accepts the choices and nothing else, of options, words and variables', () => {
  expect(words([named('--s', { choices }), positional('t', { choices })], '--s=staging', 'public')).toEqual([
    '--s',
    'staging',
    'public',
  ]);
  expect(wrong([named('--s', { choices }), positional('t', { choices })], '--s=Staging', '')).toEqual([
    '--s has a value that is not allowed',
    't has a value that is not allowed',
  ]);
  const environment: EnvironmentInput[] = [{ name: 'S', description: 'x', choices }];
  expect(problems({ environment }, { environment: { S: 'prod' } })).toEqual([
    { message: 'the variable S has a value that is not allowed', remedy: 'give one of public, staging' },
  ]);
});

test('checks each of the words that one place takes', () => {
  expect(wrong([positional('t', { choices, repeated: true })], 'public', 'x', 'y')).toHaveLength(2);
});

test('puts the state folder into defaults and choices, wherever it is named', () => {
  const declared = [
    named('--data', { default: '${state}/a:${state}/b' }),
    positional('file', { default: '${state}', choices: ['${state}', 'none'] }),
  ];
  expect(words(declared)).toEqual(['--data', '/home/user/state/a:/home/user/state/b', '/home/user/state']);
  expect(words(declared, '/home/user/state').at(-1)).toBe('/home/user/state');
  const environment = [{ name: 'DATA', description: 'x', default: '${state}/db' }];
  expect(plan({ environment }).environment.get('DATA')).toBe('/home/user/state/db');
});

test('puts the state folder in as it is named, whatever is in its name', () => {
  const stateFolder = '/home/a$$b/$&';
  const launch: Launch = { arguments: [positional('a', { default: '${state}/x' })] };
  expect(plan(launch, { stateFolder }).arguments).toEqual([`${stateFolder}/x`]);
});

test('puts nothing into what the user gives', () => {
  expect(words([positional('a')], '${state}')).toEqual(['${state}']);
});

test('makes the paths absolute that are given, and no other words', () => {
  const path = { format: 'filepath' };
  expect(
    words(
      [named('--in', path), positional('n'), positional('out', { ...path, repeated: true })],
      '--in=a',
      '1',
      'b',
      'c',
    ),
  ).toEqual(['--in', '/home/user/a', '1', '/home/user/b', '/home/user/c']);
  const environment: EnvironmentInput[] = [{ name: 'DIR', description: 'x', format: 'filepath' }];
  expect(plan({ environment }, { environment: { DIR: 'd' } }).environment.get('DIR')).toBe('/home/user/d');
});

test('takes numbers and truth values as they are written, and nothing else for them', () => {
  const declared = [named('--max', { format: 'number' }), positional('all', { format: 'boolean' })];
  expect(words(declared, '--max', '0.5', 'true')).toEqual(['--max', '0.5', 'true']);
  expect(words(declared, '--max=-1', 'false')).toEqual(['--max=-1', 'false']);
  expect(wrong(declared, '--max', 'ten', 'yes')).toEqual([
    '--max must be a decimal number, such as 10 or 0.5',
    'all must be true or false',
  ]);
});

test('passes the variables that are declared, and no other', () => {
  const environment: EnvironmentInput[] = [
    { name: 'A', description: 'x' },
    { name: 'B', description: 'x', default: 'b' },
    { name: 'C', description: 'x' },
    { name: 'D', description: 'x', default: 'd' },
  ];
  const given = { A: '1', B: '2', D: '', HOME: '/home/user', PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'secret' };
  expect([...plan({ environment }, { environment: given }).environment]).toEqual([
    ['A', '1'],
    ['B', '2'],
    ['D', 'd'],
  ]);
});

test('says which variables are missing, an empty one among them', () => {
  const environment: EnvironmentInput[] = ['A', 'B', 'C'].map((name) => ({
    name,
    description: 'A key.',
    required: true,
  }));
  expect(problems({ environment }, { environment: { A: '', C: 'x' } })).toEqual([
    { message: 'the variable A is missing: A key.', remedy: 'set it in the environment of countersign' },
    { message: 'the variable B is missing: A key.', remedy: 'set it in the environment of countersign' },
  ]);
});

test.each(['NODE_OPTIONS', 'LD_PRELOAD', 'ld_preload', 'PYTHONSTARTUP'])(
  'refuses an approval that declares %s, whether it is set or not',
  (name) => {
    const environment: EnvironmentInput[] = [{ name, description: 'x', default: '--require=/tmp/x.js' }];
    const message = `the variable ${name} decides which code is loaded`;
    expect(problems({ environment })).toMatchObject([{ message }]);
    expect(problems({ environment }, { environment: { [name]: '--require=/tmp/x.js' } })).toMatchObject([{ message }]);
  },
);

test('says everything that is wrong at once, the bin included', () => {
  const launch: Launch = {
    command: 'nothing',
    arguments: [named('--a', { required: true })],
    environment: [{ name: 'B', description: 'x', required: true }],
  };
  expect(problems(launch, { given: ['--c'] })).toHaveLength(4);
});

test('repeats no value that the user gave: it may be a misplaced secret', () => {
  const secret = 'sk-4c1f0a2b';
  const declared = [
    named('--flag', { flag: true }),
    named('--schema', { choices }),
    positional('database', { choices }),
  ];
  const environment: EnvironmentInput[] = [{ name: 'TOKEN', description: 'x', choices, secret: true }];
  const given = [`--flag=${secret}`, `--schema=${secret}`, `--unknown=${secret}`, `-p${secret}`, secret, secret];
  const said = problems({ arguments: declared, environment }, { given, environment: { TOKEN: secret } });
  expect(said).toHaveLength(7);
  expect(JSON.stringify(said)).not.toContain(secret);
});
