import { describe, expect, test } from 'vitest';
import { aManifest } from '../../test/support/statements.ts';
import type { HeaderInput, LaunchTransport, Manifest, Remote, RemoteVariable } from '../../schemas/types.ts';
import { permissionText } from './permission-words.ts';
import { permissionChanges } from './permissions.ts';

/** One line for each: `!+ network *:443, was a:443`. */
const told = (was: Partial<Manifest>, now: Partial<Manifest>): string[] =>
  permissionChanges(aManifest(was), aManifest(now)).map(
    ({ loud, was: before, now: after, ...permission }) =>
      `${loud ? '!' : ''}${permission.change === 'gained' ? '+' : '-'} ${permission.area} ${permissionText(permission)}${before === undefined ? '' : `, was ${before}`}${after === undefined ? '' : `, now ${after}`}`,
  );

const network = (...hosts: string[]): Partial<Manifest> => ({ permissions: { network: hosts } });
const files = (read: string[], write: string[] = []): Partial<Manifest> => ({
  permissions: { filesystem: { read, write } },
});
const words = (...values: string[]): Partial<Manifest> => ({
  launch: { arguments: values.map((value) => ({ type: 'fixed', value })) },
});
type Variable = NonNullable<NonNullable<Manifest['launch']>['environment']>[number];
const variable = (change: Partial<Variable>): Partial<Manifest> => ({
  launch: { environment: [{ name: 'KEY', description: 'What it is for.', ...change }] },
});
type Named = Extract<NonNullable<NonNullable<Manifest['launch']>['arguments']>[number], { type: 'named' }>;
const option = (change: Partial<Named>): Partial<Manifest> => ({
  launch: { arguments: [{ type: 'named', name: '--mode', description: 'What it does.', ...change }] },
});
const places = (...names: string[]): Partial<Manifest> => ({
  launch: { arguments: names.map((name) => ({ type: 'positional', name, description: 'What to give.' })) },
});
const credential = (scope: string, source = 'The vault.'): NonNullable<Manifest['credentials']>[number] => ({
  environment: 'KEY',
  scope,
  source,
});
const revoked = { versions: '<1.1.0', state: 'revoked', since: '2026-05-01', reason: 'Leaks.' } as const;

test.each<[string, Partial<Manifest>, Partial<Manifest>, string[]]>([
  ['a host that is new', network(), network('a.example:443'), ['+ network a.example:443']],
  ['a host that is gone', network('a.example:443'), network(), ['- network a.example:443']],
  ['any host', network('a.example:443'), network('*:443'), ['!+ network *:443, was a.example:443']],
  ['any port', network('a.example:443'), network('a.example:*'), ['!+ network a.example:*, was a.example:443']],
  ['fewer hosts', network('*:443'), network('a.example:443'), ['- network *:443, now a.example:443']],
  ['a host that another one held', network('*:443'), network('*:443', 'a.example:443'), []],
  ['the same hosts in another order', network('a:1', 'b:2'), network('b:2', 'a:1', 'a:1'), []],
  [
    'many hosts in one',
    network('a.x:1', 'b.x:1', 'c.x:1', 'd.x:1'),
    network('*.x:1'),
    ['+ network *.x:1, was a.x:1, b.x:1, c.x:1 and 1 more'],
  ],
  ['another port', network('a:1'), network('a:2'), ['+ network a:2', '- network a:1']],
  ['reading more', files(['/a/b']), files(['/a']), ['+ read /a, was /a/b']],
  ['reading everything', files([]), files(['/']), ['!+ read /']],
  ['writing what was read', files(['/a']), files([], ['/a']), ['!+ write /a, was read only']],
  ['writing below what was read', files(['/a']), files(['/a'], ['/a/b']), ['!+ write /a/b, was read only']],
  ['reading what was written', files([], ['/a']), files(['/a']), ['- write /a, now read only']],
  ['writing elsewhere', files([]), files([], ['/tmp/x']), ['+ write /tmp/x']],
  ['no more writing', files([], ['/a']), files([]), ['- write /a']],
  ['no more reading', files(['/a', '/b']), files(['/b']), ['- read /a']],
  ['another command', {}, { launch: { command: 'other' } }, ['+ command the bin that runs, now other']],
  ['no command', { launch: { command: 'other' } }, {}, ['+ command the bin that runs, was other, now nothing']],
  [
    'a fixed word that is gone',
    words('--a', '--read-only', '--b'),
    words('--a', '--b'),
    ['+ argument fixed words, was "--read-only", now nothing'],
  ],
  [
    'a fixed word that is another',
    words('--a', 'x', '--b'),
    words('--a', 'y', '--b'),
    ['+ argument fixed words, was "x", now "y"'],
  ],
  ['a fixed word more', words('--a'), words('--a', '--a'), ['+ argument fixed words, now "--a"']],
  ['a fixed word less', words('--a', '--a'), words('--a'), ['+ argument fixed words, was "--a", now nothing']],
  [
    'words of the user in another order',
    places('from', 'to'),
    places('to', 'from'),
    ['+ argument order of words, was from to, now to from'],
  ],
  ['a word of the user that is new', places('from'), places('from', 'to'), ['+ argument to']],
  [
    'a variable that is new',
    {},
    variable({ default: 'x', required: true }),
    ['+ environment KEY, now default "x", required'],
  ],
  ['a secret that is new', {}, variable({ secret: true }), ['+ secret KEY']],
  ['a variable that is gone', variable({}), {}, ['- environment KEY']],
  [
    'a secret that is shown',
    variable({ secret: true }),
    variable({}),
    ['!+ secret KEY, was secret, now shown and logged'],
  ],
  [
    'a variable that becomes secret',
    variable({}),
    variable({ secret: true }),
    ['+ secret KEY, was not secret, now secret'],
  ],
  ['what must be given no more', variable({ required: true }), variable({}), ['+ environment KEY: may be left out']],
  ['what must be given', variable({}), variable({ required: true }), ['- environment KEY: may be left out']],
  ['required: false and nothing', variable({ required: false }), variable({}), []],
  [
    'choices that are gone',
    variable({ choices: ['a'] }),
    variable({}),
    ['+ environment KEY: choices, was "a", now any value'],
  ],
  [
    'choices that are new',
    variable({}),
    variable({ choices: ['a'] }),
    ['- environment KEY: choices, was any value, now "a"'],
  ],
  [
    'other choices',
    variable({ choices: ['a', 'b'] }),
    variable({ choices: ['b', 'c'] }),
    ['+ environment KEY: choices, now "c"', '- environment KEY: choices, was "a"'],
  ],
  [
    'another default',
    variable({ default: 'a' }),
    variable({ default: 'b' }),
    ['+ environment KEY: default, was "a", now "b"'],
  ],
  [
    'a default that is gone',
    variable({ default: 'a' }),
    variable({}),
    ['+ environment KEY: default, was "a", now nothing'],
  ],
  ['a path', variable({}), variable({ format: 'filepath' }), ['+ environment KEY: kind, was text, now path']],
  [
    'any text in place of a number',
    variable({ format: 'number' }),
    variable({}),
    ['+ environment KEY: kind, was number, now text'],
  ],
  [
    'a number in place of true or false',
    variable({ format: 'boolean' }),
    variable({ format: 'number' }),
    ['+ environment KEY: kind, was true or false, now number'],
  ],
  [
    'an option with a value',
    option({ flag: true }),
    option({}),
    ['+ argument --mode: kind, was named, flag, now named, text'],
  ],
  ['an option that may be repeated', option({}), option({ repeated: true }), ['+ argument --mode: may be repeated']],
  ['a credential', {}, { credentials: [credential('read')] }, ['+ credential KEY, now read (The vault.)']],
  [
    'a wider credential',
    { credentials: [credential('read')] },
    { credentials: [credential('write')] },
    ['+ credential KEY: scope, was read, now write'],
  ],
  [
    'another source',
    { credentials: [credential('read')] },
    { credentials: [credential('read', 'A file.')] },
    ['+ credential KEY: source, was The vault., now A file.'],
  ],
  [
    'a second credential of one name',
    { credentials: [credential('read')] },
    { credentials: [credential('all'), credential('read')] },
    ['+ credential KEY: scope, was read, now all', '+ credential KEY (2), now read (The vault.)'],
  ],
  ['no credential', { credentials: [credential('read')] }, {}, ['- credential KEY, was read (The vault.)']],
  ['one tool more', { tools: { allow: ['a'] } }, { tools: { allow: ['a', 'b'] } }, ['+ tool b']],
  ['every tool', { tools: { allow: ['a'] } }, {}, ['!+ tool every tool, was a']],
  ['every tool where there was none', { tools: { allow: [] } }, {}, ['!+ tool every tool, was none']],
  ['some tools', {}, { tools: { allow: ['a'] } }, ['- tool every tool, now a']],
  [
    'a tool of that name',
    { tools: { allow: ['a'] } },
    { tools: { allow: ['every tool'] } },
    ['+ tool every tool', '- tool a'],
  ],
  ['a label that is gone', { tools: { labels: { a: ['destructive'] } } }, {}, ['!+ label no longer destructive: a']],
  ['a label that is new', {}, { tools: { labels: { a: ['private-data'] } } }, ['- label now private-data: a']],
  ['one group more', { audience: ['a'] }, { audience: ['a', 'b'] }, ['+ audience b']],
  ['everyone', { audience: ['a'] }, {}, ['!+ audience everyone, was a']],
  ['one group only', {}, { audience: ['a'] }, ['- audience everyone, now a']],
  [
    'a lower class',
    {},
    { data_classification: 'internal' },
    ['!+ data-class lowered: the rules are less strict, was confidential, now internal'],
  ],
  [
    'a higher class',
    {},
    { data_classification: 'restricted' },
    ['+ data-class raised: it may reach more sensitive data, was confidential, now restricted'],
  ],
  ['another scope', {}, { scope: ['write:finance.*'] }, ['+ scope write:finance.*', '- scope read:finance.*']],
  [
    'a revocation that is gone',
    { lifecycle: [revoked] },
    {},
    ['!+ lifecycle no longer revoked, or changed: <1.1.0, was Leaks.'],
  ],
  [
    'a revocation of less',
    { lifecycle: [revoked] },
    { lifecycle: [{ ...revoked, versions: '<1.0.0' }] },
    ['!+ lifecycle no longer revoked, or changed: <1.1.0, was Leaks.'],
  ],
  ['a revocation', {}, { lifecycle: [revoked] }, []],
  ['a deprecation that is gone', { lifecycle: [{ ...revoked, state: 'deprecated' }] }, {}, []],
])('reports %s', (_, was, now, lines) => {
  expect(told(was, now)).toEqual(lines);
});

describe('an endpoint', () => {
  const { artefact, ...bare } = aManifest();
  const remote = (url: string): Manifest => ({ ...bare, remote: { url, transport: 'sse' } });

  test.each<[string, Manifest, Manifest, object[]]>([
    [
      'in place of an artefact',
      { ...bare, ...(artefact && { artefact }) },
      remote('https://a.example'),
      [{ change: 'gained', area: 'remote', subject: 'https://a.example (sse)', was: artefact?.url, loud: true }],
    ],
    [
      'in place of another',
      remote('https://a.example'),
      remote('https://b.example'),
      [
        {
          change: 'gained',
          area: 'remote',
          subject: 'https://b.example (sse)',
          was: 'https://a.example (sse)',
          loud: true,
        },
      ],
    ],
    [
      'that is gone',
      remote('https://a.example'),
      aManifest(),
      [{ change: 'lost', area: 'remote', subject: 'https://a.example (sse)' }],
    ],
  ])('%s is seen', (_, was, now, changes) => {
    expect(permissionChanges(was, now)).toEqual(changes);
  });
});

const sent = (more: Partial<Remote>): Partial<Manifest> => ({
  remote: { url: 'https://a.example', transport: 'sse', ...more },
});
const header = (change: Partial<HeaderInput> = {}): Partial<Manifest> =>
  sent({ headers: [{ name: 'X-API-Key', description: 'What it is for.', ...change }] });
const part = (change: Partial<RemoteVariable> = {}): Partial<Manifest> =>
  sent({ variables: [{ name: 'region', description: 'What to give.', ...change }] });
const listening = (change: Partial<LaunchTransport> = {}): Partial<Manifest> => ({
  launch: { transport: { type: 'sse', port: 8000, ...change } },
});

test.each<[string, Partial<Manifest>, Partial<Manifest>, string[]]>([
  ['a header that is new', sent({}), header({ required: true }), ['+ header X-API-Key, now required']],
  ['a secret header that is new', sent({}), header({ secret: true }), ['+ secret X-API-Key']],
  ['a header that is gone', header(), sent({}), ['- header X-API-Key']],
  [
    'a header that became secret',
    header(),
    header({ secret: true }),
    ['+ secret X-API-Key, was not secret, now secret'],
  ],
  [
    'a header with another value',
    header({ value: 'Bearer ${a}' }),
    header({ value: 'Bearer ${b}' }),
    ['+ header X-API-Key: value, was "Bearer ${a}", now "Bearer ${b}"'],
  ],
  [
    'a header that users may set now',
    header({ value: 'a' }),
    header(),
    ['+ header X-API-Key: value, was "a", now what the user gives'],
  ],
  ['a header that is always sent', sent({}), header({ value: 'a' }), ['+ header X-API-Key, now always "a"']],
  [
    'a place to sign in that is new',
    sent({}),
    sent({ authorization: { issuer: 'https://login.example' } }),
    ['!+ sign-in https://login.example'],
  ],
  [
    'another place to sign in',
    sent({ authorization: { issuer: 'https://login.example' } }),
    sent({ authorization: { issuer: 'https://other.example', scopes: ['a', 'b'] } }),
    ['!+ sign-in https://other.example for a b, was https://login.example'],
  ],
  [
    'a place to sign in that is gone',
    sent({ authorization: { issuer: 'https://login.example', client_id: 'c' } }),
    sent({}),
    ['- sign-in https://login.example as c'],
  ],
  [
    'a host that may be another one',
    part({ choices: ['eu'] }),
    part({ choices: ['eu', 'us'] }),
    ['+ variable region: choices, now "us"'],
  ],
  ['a part of the address that is new', sent({}), part({ choices: ['eu'] }), ['+ variable region, now one of "eu"']],
  ['a server that listens', {}, listening(), ['+ transport how it is talked to, now sse on port 8000, at /']],
  [
    'another port and path',
    listening(),
    listening({ port: 9000, port_input: 'PORT', path: '/mcp' }),
    [
      '+ transport how it is talked to, was sse on port 8000, at /, now sse on port 9000 or the port that PORT says, at /mcp',
    ],
  ],
  [
    'a server that listens no more',
    listening(),
    {},
    ['+ transport how it is talked to, was sse on port 8000, at /, now standard input'],
  ],
])('tells a reviewer of %s', (_, was, now, lines) => {
  expect(told(was, now)).toEqual(lines);
});

test('lists all permissions of a new server as gained, and those of a deleted server as lost', () => {
  const manifest = aManifest({ ...network('*:443'), tools: { labels: { a: ['destructive'] } }, lifecycle: [revoked] });
  const gained = permissionChanges(undefined, manifest);
  expect(gained.map((each) => [each.change, each.area, permissionText(each), each.loud])).toEqual([
    ['gained', 'network', '*:443', true],
    ['gained', 'data-class', 'confidential', undefined],
    ['gained', 'tool', 'every tool', undefined],
    ['gained', 'audience', 'everyone', undefined],
    ['gained', 'scope', 'read:finance.*', undefined],
  ]);
  const lost = permissionChanges(manifest, undefined);
  expect(lost.map((each) => [each.change, each.area, permissionText(each), each.loud])).toEqual(
    gained.map((each) => ['lost', each.area, permissionText(each), undefined]),
  );
  expect(permissionChanges(undefined, undefined)).toEqual([]);
});

test('sorts gained permissions first, and important changes before others', () => {
  expect(
    told({ ...network('a:1'), audience: ['a'] }, { ...network('b:2'), data_classification: 'public' }).map((line) =>
      line.slice(0, 2),
    ),
  ).toEqual(['!+', '!+', '+ ', '- ']);
});
