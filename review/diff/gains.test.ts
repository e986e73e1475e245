import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { aLock, aManifest } from '../../test/support/statements.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { gainsOf } from './gains.ts';

const tool = (name: string, more: object = {}): Lock['tools'][number] => {
  const definition = { name, ...more };
  return { name, definitions: [{ definition, sha256: sha256(canonicalJson(definition)) }] };
};

/** One line for each: `gains the host a:443`. The lock offers the tools `read` and `drop` on both sides. */
const told = (
  was: Partial<Manifest>,
  now: Partial<Manifest>,
  tools = lockOf('drop', 'read'),
  before = tools,
): string[] =>
  gainsOf({ manifest: aManifest(was), lock: before }, { manifest: aManifest(now), lock: tools }).map(
    ({ verb, what, subject }) => `${verb} ${what} ${subject}`,
  );
const lockOf = (...names: string[]): Lock => aLock({ tools: names.map((name) => tool(name)) });

const network = (...hosts: string[]): Partial<Manifest> => ({ permissions: { network: hosts } });
const builtFrom = (name: string): Partial<Manifest> => ({ repository: `https://github.com/example/${name}` });
const files = (read: string[], write: string[] = []): Partial<Manifest> => ({
  permissions: { filesystem: { read, write } },
});
const variable = (more: object = {}): Partial<Manifest> => ({
  launch: { environment: [{ name: 'KEY', description: 'What it is for.', ...more }] },
});
const words = (...values: string[]): Partial<Manifest> => ({
  launch: { arguments: values.map((value) => ({ type: 'fixed', value })) },
});
const option = (more: object = {}): Partial<Manifest> => ({
  launch: { arguments: [{ type: 'named', name: '--mode', description: 'What it does.', ...more }] },
});
const labels = (...names: ('destructive' | 'private-data')[]): Partial<Manifest> =>
  names.length === 0 ? {} : { tools: { labels: { drop: names } } };
const allow = (...names: string[]): Partial<Manifest> => ({ tools: { allow: names } });
const credential = (scope: string, source = 'The vault.'): Partial<Manifest> => ({
  credentials: [{ environment: 'KEY', scope, source }],
});
const revoked = { versions: '<1.1.0', state: 'revoked', since: '2026-05-01', reason: 'Leaks.' } as const;
const deprecated = { ...revoked, state: 'deprecated' } as const;
const artefact = (url: string, digit = 'a'): Partial<Manifest> => ({ artefact: { url, sha256: digit.repeat(64) } });
const remote = (url: string, transport: 'sse' | 'streamable-http' = 'sse'): Partial<Manifest> => ({
  remote: { url, transport },
});

const signIn = (issuer: string, ...scopes: string[]): Partial<Manifest> => ({
  remote: {
    ...{ url: 'https://a.example', transport: 'streamable-http' },
    authorization: { issuer, client_id: 'host', ...(scopes.length > 0 && { scopes }) },
  },
});

const withHeader = (value?: string): Partial<Manifest> => ({
  remote: {
    ...{ url: 'https://a.example', transport: 'sse' },
    headers: [{ name: 'X-Mode', description: 'How.', ...(value !== undefined && { value }) }],
  },
});

test.each<[string, Partial<Manifest>, Partial<Manifest>, string[]]>([
  ['a header', remote('https://a.example'), withHeader(), ['gains the header X-Mode']],
  ['the value of a header', withHeader('a'), withHeader('b'), ['changes the header X-Mode: value']],
  [
    'a transport',
    {},
    { launch: { transport: { type: 'sse', port: 1 } } },
    ['changes the transport sse on port 1, at /'],
  ],
  ['a host', network('a.example:443'), network('a.example:443', 'b.example:443'), ['gains the host b.example:443']],
  ['another port', network('a.example:443'), network('a.example:8443'), ['gains the host a.example:8443']],
  ['every host below one', network('a.example:443'), network('*.example:443'), ['gains the host *.example:443']],
  ['every port', network('a.example:443'), network('a.example:*'), ['gains the host a.example:*']],
  ['another repository', builtFrom('a'), builtFrom('b'), ['changes the repository https://github.com/example/b']],
  ['the same repository in other letters', builtFrom('a'), builtFrom('A.git'), []],
  ['a first repository', {}, builtFrom('a'), []],
  ['no repository any more', builtFrom('a'), {}, ['loses the repository https://github.com/example/a']],
  ['a path to read', files(['/a']), files(['/a', '/b']), ['gains the path to read /b']],
  ['the folder above', files(['/a/b']), files(['/a']), ['gains the path to read /a']],
  ['a path to write', files([], ['/a']), files([], ['/a', '/b']), ['gains the path to write /b']],
  ['writing where it read', files(['/a']), files(['/a'], ['/a']), ['gains the path to write /a']],
  ['a variable', {}, variable(), ['gains the variable KEY']],
  ['a secret', {}, variable({ secret: true }), ['gains the secret KEY']],
  ['a variable as secret', variable(), variable({ secret: true }), ['changes the secret KEY']],
  ['a secret that is shown', variable({ secret: true }), variable(), ['changes the secret KEY']],
  ['any value', variable({ choices: ['a'] }), variable(), ['changes the variable KEY: choices']],
  [
    'one more choice',
    variable({ choices: ['a'] }),
    variable({ choices: ['a', 'b'] }),
    ['gains the variable KEY: choices'],
  ],
  ['another default', variable({ default: 'a' }), variable({ default: 'b' }), ['changes the variable KEY: default']],
  ['a credential', {}, credential('read'), ['gains the credential KEY']],
  ['a wider credential', credential('read'), credential('write'), ['changes the credential KEY: scope']],
  [
    'a credential from elsewhere',
    credential('read'),
    credential('read', 'A file.'),
    ['changes the credential KEY: source'],
  ],
  ['an argument', {}, option(), ['gains the argument --mode']],
  [
    'an argument that may be repeated',
    option(),
    option({ repeated: true }),
    ['gains the argument --mode: may be repeated'],
  ],
  ['a fixed word', words('--a'), words('--a', '--b'), ['gains the argument fixed words']],
  ['a fixed word less', words('--read-only'), words('--all'), ['changes the argument fixed words']],
  ['another program', {}, { launch: { command: 'other' } }, ['changes the program that starts other']],
  ['a tool in the list', allow('read'), allow('read', 'drop'), ['gains the tool drop']],
  ['every tool', allow('read'), {}, ['gains the tool every tool', 'gains the tool drop']],
  ['no label', labels('destructive'), labels(), ['loses the label destructive: drop']],
  [
    'one label less',
    labels('destructive', 'private-data'),
    labels('private-data'),
    ['loses the label destructive: drop'],
  ],
  ['another label', labels('destructive'), labels('private-data'), ['loses the label destructive: drop']],
  ['a lower class', {}, { data_classification: 'internal' }, ['lowers the data class confidential → internal']],
  ['a higher class', {}, { data_classification: 'restricted' }, ['raises the data class confidential → restricted']],
  ['a wider audience', { audience: ['a'] }, { audience: ['a', 'b'] }, ['gains the audience b']],
  ['everyone', { audience: ['a'] }, {}, ['gains the audience everyone']],
  ['a scope', {}, { scope: ['read:finance.*', 'write:all'] }, ['gains the scope write:all']],
  ['a system behind it', { backends: ['a'] }, { backends: ['a', 'b'] }, ['gains the system b']],
  ['a law less', { compliance: ['hipaa', 'sox'] }, { compliance: ['sox'] }, ['loses the law or standard hipaa']],
  ['no revocation', { lifecycle: [revoked] }, {}, ['changes the end of versions <1.1.0']],
  [
    'a revocation that is none',
    { lifecycle: [revoked] },
    { lifecycle: [deprecated] },
    ['changes the end of versions <1.1.0'],
  ],
  ['another package', artefact('npm:a@1.0.0'), artefact('npm:b@1.0.0'), ['changes the artefact npm:b@1.0.0']],
  [
    'other bytes under an address',
    artefact('npm:a@1.0.0'),
    artefact('npm:a@1.0.0', 'b'),
    [`changes the bytes of the artefact ${'b'.repeat(64)}`],
  ],
  [
    'another endpoint',
    remote('https://a.example'),
    remote('https://b.example'),
    ['changes the endpoint https://b.example (sse)'],
  ],
  [
    'people who sign in',
    remote('https://a.example', 'streamable-http'),
    signIn('https://login.example'),
    ['gains the place to sign in https://login.example as host'],
  ],
  [
    'another authorization server',
    signIn('https://login.example'),
    signIn('https://other.example'),
    ['changes the place to sign in https://other.example as host'],
  ],
  [
    'another scope',
    signIn('https://login.example', 'read'),
    signIn('https://login.example', 'read', 'write'),
    ['changes the place to sign in https://login.example as host for read write'],
  ],
])('%s is a gain', (_, was, now, gains) => {
  expect(told(was, now)).toEqual(gains);
});

test.each<[string, Partial<Manifest>, Partial<Manifest>]>([
  ['a host less', network('a:1', 'b:2'), network('a:1')],
  ['hosts in another order', network('a:1', 'b:2'), network('b:2', 'a:1')],
  ['a host that another one held', network('*.example:443'), network('*.example:443', 'a.example:443')],
  ['one host in place of all below it', network('*.example:443'), network('a.example:443')],
  ['a path less', files(['/a', '/b']), files(['/b'])],
  ['paths in another order', files(['/a', '/b']), files(['/b', '/a'])],
  ['a folder in place of the one above', files(['/a']), files(['/a/b'])],
  ['reading what it wrote', files([], ['/a']), files(['/a'])],
  ['a variable less', variable(), {}],
  ['a choice less', variable({ choices: ['a', 'b'] }), variable({ choices: ['a'] })],
  ['a variable that must be given', variable(), variable({ required: true })],
  ['another description', variable(), variable({ description: 'Something else.' })],
  ['a credential less', credential('read'), {}],
  ['an argument less', option(), {}],
  ['a list of tools where there was none', {}, allow('read')],
  ['a tool less in the list', allow('read', 'drop'), allow('read')],
  ['one more label', labels('destructive'), labels('destructive', 'private-data')],
  ['labels in another order', labels('destructive', 'private-data'), labels('private-data', 'destructive')],
  ['an audience where everyone was', {}, { audience: ['a'] }],
  ['a smaller audience', { audience: ['a', 'b'] }, { audience: ['b'] }],
  ['audiences in another order', { audience: ['a', 'b'] }, { audience: ['b', 'a'] }],
  ['a system less', { backends: ['a', 'b'] }, { backends: ['b'] }],
  ['one more law', { compliance: ['sox'] }, { compliance: ['sox', 'gdpr'] }],
  ['a revocation', {}, { lifecycle: [revoked] }],
  ['a deprecation less', { lifecycle: [deprecated] }, {}],
  ['a new version of the same package', artefact('npm:a@1.0.0'), artefact('npm:a@1.1.0', 'b')],
  ['a new description', {}, { description: 'Something else about it.' }],
  ['a new review date', {}, { reviewed_at: '2026-11-01' }],
  ['other tags', { tags: ['a'] }, { tags: ['b'] }],
])('%s is none', (_, was, now) => {
  expect(told(was, now)).toEqual([]);
});

test('a tool that is new in the lock is a gain, as far as the manifest allows it', () => {
  const [was, now] = [lockOf('read'), lockOf('drop', 'read')];
  expect(told({}, {}, now, was)).toEqual(['gains the tool drop']);
  expect(told(allow('read', 'drop'), allow('read', 'drop'), now, was)).toEqual(['gains the tool drop']);
  expect(told(allow('read'), allow('read', 'drop'), now, was)).toEqual(['gains the tool drop']);
  expect(told(allow('read'), allow('read'), now, was)).toEqual([]);
  expect(told({}, {}, was, now)).toEqual([]);
});

test('the label of a tool that is gone is not lost, and that of a tool that stays is', () => {
  expect(told(labels('destructive'), {}, lockOf('read'), lockOf('drop', 'read'))).toEqual([]);
  expect(told(labels('destructive'), {}, lockOf('drop'), lockOf('drop', 'read'))).toEqual([
    'loses the label destructive: drop',
  ]);
});

test('a promise that a tool takes back is a gain, and one that it makes is none', () => {
  const hinted = (annotations: object): Lock => aLock({ tools: [tool('read', { annotations })] });
  expect(told({}, {}, hinted({}), hinted({ readOnlyHint: true }))).toEqual(['loses the promise readOnlyHint: read']);
  expect(told({}, {}, hinted({ destructiveHint: true }), hinted({ destructiveHint: false }))).toEqual([
    'loses the promise destructiveHint: read',
  ]);
  expect(told({}, {}, hinted({ readOnlyHint: true }), hinted({}))).toEqual([]);
});

test('a tool that says something else is a gain, as far as the manifest allows it, and one that says less is none', () => {
  const described = (more: object): Lock => aLock({ tools: [tool('drop'), tool('read', more)] });
  const [was, now] = [described({ title: 'Read', description: 'Reads.' }), described({ description: 'Reads all.' })];
  expect(told({}, {}, now, was)).toEqual(['changes the tool read']);
  expect(told(allow('drop'), allow('drop'), now, was)).toEqual([]);
  expect(told({}, {}, described({}), was)).toEqual([]);
});

test('new and changed instructions are a gain, and those that are gone are none', () => {
  const says = (...texts: string[]): Lock =>
    aLock({ instructions: texts.map((text) => sha256(text)), instructionTexts: texts });
  const [old, changed] = ['Ask for one month at a time.', 'Ask for one year at a time.'];
  expect(told({}, {}, says(old), says())).toEqual([`gains the instructions to agents ${old}`]);
  expect(told({}, {}, says(changed), says(old))).toEqual([`changes the instructions to agents ${changed}`]);
  expect(told({}, {}, says(old), says(old))).toEqual([]);
  expect(told({}, {}, says(), says(old))).toEqual([]);
  const unknown = aLock({ instructions: ['a'.repeat(64)] });
  expect(told({}, {}, unknown, says())).toEqual([`gains the instructions to agents ${'a'.repeat(64)}`]);
});

test('a new or changed prompt, resource or template is a gain, and so is a list that is not pinned any more', () => {
  const prompts = (...titles: string[]): Lock =>
    aLock({ prompts: titles.map((title, index) => tool(`prompt-${index}`, { title })) });
  expect(told({}, {}, prompts('A', 'B'), prompts('A'))).toEqual(['gains the prompt prompt-1']);
  expect(told({}, {}, prompts('B'), prompts('A'))).toEqual(['changes the prompt prompt-0']);
  expect(told({}, {}, prompts(), prompts('A'))).toEqual([]);
  const resources = aLock({ resources: [tool('a:1')], resourceTemplates: [tool('a:{x}')] });
  expect(told({}, {}, resources, aLock())).toEqual(['gains the resource a:1', 'gains the resource template a:{x}']);
  const unpinned = aLock({ unpinned: ['resources'] });
  expect(told({}, {}, unpinned, aLock())).toEqual(['loses the pinned list of resources']);
  expect(told({}, {}, unpinned, unpinned)).toEqual([]);
});

test('a new server gains what it asks for, and not what it offers', () => {
  const asking = { ...network('a:1'), ...variable(), audience: ['a'], tools: { allow: ['read'] } };
  const gains = gainsOf(undefined, { manifest: aManifest(asking), lock: lockOf('read') });
  expect(gains.map(({ what, subject }) => `${what} ${subject}`)).toEqual(['the host a:1', 'the variable KEY']);
  expect(gainsOf(undefined, { manifest: aManifest() })).toEqual([]);
});
