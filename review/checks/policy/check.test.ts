import { expect, test } from 'vitest';
import type { Manifest, Policy, Remote } from '../../../schemas/types.ts';
import { aManifest, aPolicy } from '../../../test/support/statements.ts';
import { checkPolicy } from './check.ts';
import { policyRules } from './rules.ts';

const found = (manifest: Partial<Manifest>, policy: Partial<Policy> = {}): string[] =>
  checkPolicy(aManifest({ license: 'MIT', ...manifest }), aPolicy(policy)).map(
    ({ rule, subject }) => `${rule} ${subject}`,
  );

const network = (...never: string[]): Partial<Policy> => ({ network: { any_host: false, never } });
const egress = (...hosts: string[]): Partial<Manifest> => ({ permissions: { network: hosts } });
const files = (never: string[]): Partial<Policy> => ({ filesystem: { never } });
const reads = (...read: string[]): Partial<Manifest> => ({ permissions: { filesystem: { read } } });
const most = (calls: number): Partial<Policy> => ({ limits: { calls_per_minute: calls } });
const artefact = (url: string): Partial<Manifest> => ({ artefact: { url, sha256: 'a'.repeat(64) } });

test('has nothing against a server that follows the rules', () => {
  expect(found({})).toEqual([]);
});

test('asks for a review of each variable that decides what a server trusts', () => {
  const environment = ['API_KEY', 'PATH', 'https_proxy', 'NODE_EXTRA_CA_CERTS'].map((name) => ({
    name,
    description: 'x',
  }));
  const observations = checkPolicy(aManifest({ license: 'MIT', launch: { environment } }), aPolicy());
  expect(observations).toMatchObject([
    { rule: 'environment-redirects', level: 'review', subject: 'PATH', field: ['launch', 'environment', 1, 'name'] },
    { rule: 'environment-redirects', level: 'review', subject: 'https_proxy' },
    { rule: 'environment-redirects', level: 'review', subject: 'NODE_EXTRA_CA_CERTS' },
  ]);
});

test.each([
  [['${state}'], []],
  [['${state}', '${state}/cache'], []],
  [['${state}', '/tmp'], ['environment-redirects XDG_CACHE_HOME']],
  [['${state}/../x'], ['environment-redirects XDG_CACHE_HOME']],
  [['${stateful}'], ['environment-redirects XDG_CACHE_HOME']],
])('of a variable that may be %j alone it says %j', (choices, expected) => {
  expect(found({ launch: { environment: [{ name: 'XDG_CACHE_HOME', description: 'x', choices }] } })).toEqual(expected);
});

test.each<[string, Partial<Manifest>, Partial<Policy>, string[]]>([
  [
    'an artefact of a kind that is not allowed',
    artefact('pypi:mcp-postgres==1.2.0'),
    {},
    ['artefact-type pypi:mcp-postgres==1.2.0'],
  ],
  [
    'an image from another host',
    artefact('oci://registry.evil.example/mcp:1'),
    {},
    ['artefact-host oci://registry.evil.example/mcp:1'],
  ],
  [
    'a host that only ends like an allowed one',
    artefact('oci://xregistry.example.com/mcp:1'),
    {},
    [expect.any(String)],
  ],
  ['an image from an allowed host', artefact('oci://registry.example.com/mcp:1'), {}, []],
  [
    'an image below an allowed domain',
    artefact('oci://eu.registry.example.com/mcp:1'),
    { artefacts: { types: ['oci'], hosts: ['*.registry.example.com'], remote: false } },
    [],
  ],
  ['a licence that is not allowed', { license: 'AGPL-3.0-only' }, {}, ['license-not-allowed AGPL-3.0-only']],
  ['a licence with an allowed alternative', { license: 'MIT OR GPL-3.0-only' }, {}, []],
  ['two licences of which one is not allowed', { license: 'MIT AND GPL-3.0-only' }, {}, [expect.any(String)]],
  ['a licence that is none', { license: 'SEE LICENSE IN LICENSE' }, {}, ['license-unknown SEE LICENSE IN LICENSE']],
  ['every host', egress('*:443'), {}, ['egress-any-host *:443']],
  ['every host and port', egress('*:*'), {}, ['egress-any-host *:*']],
  [
    'every host, where that is allowed and nothing is forbidden',
    egress('*:443'),
    { network: { any_host: true, never: [] } },
    [],
  ],
  [
    'every host, where that is allowed but for one',
    egress('*:443'),
    { network: { any_host: true, never: ['169.254.169.254:*'] } },
    ['egress-any-host *:443'],
  ],
  ['a forbidden host', egress('169.254.169.254:80'), {}, ['egress-forbidden 169.254.169.254:80']],
  ['a forbidden address written as one number', egress('2852039166:80'), {}, ['egress-forbidden 2852039166:80']],
  ['a forbidden address written in hexadecimal', egress('0xa9fea9fe:80'), {}, ['egress-forbidden 0xa9fea9fe:80']],
  ['a forbidden address written in octal', egress('0251.0376.0251.0376:80'), {}, [expect.any(String)]],
  [
    'a domain that holds a forbidden host',
    egress('*.internal:80'),
    network('metadata.internal:*'),
    [expect.any(String)],
  ],
  ['a host in a forbidden domain', egress('db.bank.example:80'), network('*.bank.example:*'), [expect.any(String)]],
  ['a forbidden port', egress('git.example.com:22'), network('*:22'), ['egress-forbidden git.example.com:22']],
  ['another port than the forbidden one', egress('git.example.com:443'), network('*:22'), []],
  ['a host that only ends like a forbidden one', egress('xbank.example:80'), network('*.bank.example:*'), []],
  ['the keys of a home folder', reads('~/.ssh'), {}, ['path-forbidden ~/.ssh']],
  ['a key in it', reads('~/.ssh/id_ed25519'), {}, ['path-forbidden ~/.ssh/id_ed25519']],
  ['the whole home folder', reads('~'), {}, ['path-forbidden ~']],
  ['the root', reads('/'), {}, ['path-forbidden /']],
  ['the home folder of somebody', reads('/home/anna'), {}, ['path-forbidden /home/anna']],
  ['all home folders', reads('/home'), {}, ['path-forbidden /home']],
  ['keys under macOS', reads('/Users/anna/.ssh'), {}, ['path-forbidden /Users/anna/.ssh']],
  ['keys under Windows', reads('C:\\Users\\anna\\.SSH'), {}, ['path-forbidden C:\\Users\\anna\\.SSH']],
  ['keys by a way around', reads('~/projects/../.ssh'), {}, ['path-forbidden ~/projects/../.ssh']],
  ['keys by a way out of the home folder', reads('~/../anna/.ssh'), {}, ['path-forbidden ~/../anna/.ssh']],
  ['keys by a pattern', reads('~/.s*'), {}, ['path-forbidden ~/.s*']],
  ['keys by a deep pattern', reads('/**/id_rsa'), {}, ['path-forbidden /**/id_rsa']],
  ['keys with a dot at the end, as Windows drops it', reads('~/.ssh.'), {}, ['path-forbidden ~/.ssh.']],
  ['keys by the variable of the home folder', reads('${HOME}/.ssh'), {}, ['path-forbidden ${HOME}/.ssh']],
  ['keys by that variable without braces', reads('$HOME/.ssh'), {}, ['path-forbidden $HOME/.ssh']],
  ['keys by that variable of Windows', reads('%USERPROFILE%/.ssh'), {}, ['path-forbidden %USERPROFILE%/.ssh']],
  ['keys of the administrator', reads('~root/.ssh'), {}, ['path-forbidden ~root/.ssh']],
  ['keys in the home of a user that is given', reads('/home/${user}/.ssh'), {}, ['path-forbidden /home/${user}/.ssh']],
  ['keys by a way out of a given folder', reads('${directory}/../.ssh'), {}, ['path-forbidden ${directory}/../.ssh']],
  [
    'keys by the variables of the drive and the home folder',
    reads('%HOMEDRIVE%%HOMEPATH%/.ssh'),
    {},
    ['path-forbidden %HOMEDRIVE%%HOMEPATH%/.ssh'],
  ],
  [
    'keys by the variable of the system drive',
    reads('%SystemDrive%/Users/anna/.ssh'),
    {},
    ['path-forbidden %SystemDrive%/Users/anna/.ssh'],
  ],
  [
    'keys by a default that names the home folder',
    {
      ...reads('${folder}/.ssh'),
      launch: { arguments: [{ type: 'positional', name: 'folder', description: 'Where to read.', default: '$HOME' }] },
    },
    {},
    ['path-forbidden ${folder}/.ssh'],
  ],
  ['notes on the system drive', reads('%SystemDrive%/notes'), {}, []],
  ['other settings by a variable', reads('${XDG_CONFIG_HOME}/tool'), {}, []],
  ['a folder that only begins alike', reads('~/.sshuttle'), {}, []],
  ['another file beside a forbidden one', reads('/etc/fonts'), {}, []],
  ['a folder that only the user knows', reads('${directory}'), {}, []],
  [
    'a folder whose default is forbidden',
    {
      ...reads('${directory}'),
      launch: {
        arguments: [{ type: 'positional', name: 'directory', description: 'A folder.', default: '/home/anna/.ssh' }],
      },
    },
    {},
    ['path-forbidden ${directory}'],
  ],
  [
    'a folder one of whose choices is forbidden',
    {
      ...reads('${DIR}/keys'),
      permissions: { filesystem: { read: ['${DIR}/keys'] }, environment: ['DIR'] },
      launch: { environment: [{ name: 'DIR', description: 'A folder.', choices: ['/srv', '/home/anna/.ssh'] }] },
    },
    {},
    ['path-forbidden ${DIR}/keys'],
  ],
  ['a forbidden path on Windows', reads('c:/keys/a'), files(['C:\\Keys']), ['path-forbidden c:/keys/a']],
  ['as many calls in a minute as may be', { limits: { calls_per_minute: 60 } }, most(60), []],
  ['more calls in a minute', { limits: { calls_per_minute: 61 } }, most(60), ['calls-per-minute 61']],
  ['no limit, which means more', {}, most(60), ['calls-per-minute 600']],
  ['no limit, which means as many', {}, most(600), []],
  ['any limit, where the policy has none', { limits: { calls_per_minute: 600_000 } }, {}, []],
  ['a reserved name', { name: 'registry' }, {}, ['name-reserved registry']],
  [
    'a class below what writing calls for',
    { data_classification: 'public', permissions: { filesystem: { write: ['/srv'] } } },
    {},
    ['data-class-floor filesystem-write'],
  ],
  [
    'a class as high as writing calls for',
    { data_classification: 'internal', permissions: { filesystem: { write: ['/srv'] } } },
    {},
    [],
  ],
  [
    'a class below what a secret calls for',
    {
      data_classification: 'public',
      permissions: { environment: ['TOKEN'] },
      launch: { environment: [{ name: 'TOKEN', description: 'A token.', secret: true }] },
    },
    { floors: [{ when: 'credentials', at_least: 'internal' }] },
    ['data-class-floor credentials'],
  ],
  [
    'a class below what a secret header calls for',
    {
      data_classification: 'public',
      remote: {
        ...{ url: 'https://mcp.example.com', transport: 'sse' },
        headers: [{ name: 'X-API-Key', description: 'A key.', secret: true }],
      },
    },
    { floors: [{ when: 'credentials', at_least: 'internal' }], artefacts: { types: [], hosts: [], remote: true } },
    ['data-class-floor credentials'],
  ],
  [
    'a class below what signing in calls for',
    {
      data_classification: 'public',
      remote: {
        ...{ url: 'https://mcp.example.com', transport: 'streamable-http' },
        authorization: { issuer: 'https://login.example.com' },
      },
    },
    { floors: [{ when: 'credentials', at_least: 'internal' }], artefacts: { types: [], hosts: [], remote: true } },
    ['data-class-floor credentials'],
  ],
  [
    'an authorization server that is forbidden',
    {
      remote: {
        ...{ url: 'https://mcp.example.com', transport: 'streamable-http' },
        authorization: { issuer: 'https://169.254.169.254/login' },
      },
    },
    { artefacts: { types: [], hosts: [], remote: true } },
    ['egress-forbidden https://169.254.169.254/login'],
  ],
  [
    'a class below what a host calls for',
    { data_classification: 'internal', ...egress('db.corp.example.com:5432') },
    { floors: [{ when: 'network', hosts: ['*.corp.example.com'], at_least: 'confidential' }] },
    ['data-class-floor network'],
  ],
  [
    'a host that calls for nothing',
    { data_classification: 'internal', ...egress('api.example.com:443') },
    { floors: [{ when: 'network', hosts: ['*.corp.example.com'], at_least: 'confidential' }] },
    [],
  ],
])('judges %s', (_, manifest, policy, expected) => {
  expect(found(manifest, policy)).toEqual(expected);
});

test('judges a remote endpoint, and a manifest without a licence', () => {
  const {
    artefact: _,
    license: __,
    ...manifest
  } = aManifest({
    remote: { url: 'https://mcp.example.com/v1', transport: 'streamable-http' },
  });
  const rules = (remote: boolean): string[] =>
    checkPolicy(manifest, aPolicy({ artefacts: { types: [], hosts: [], remote } })).map(({ rule }) => rule);
  expect(rules(false)).toEqual(['remote-endpoint', 'license-unknown']);
  expect(rules(true)).toEqual(['license-unknown']);
});

test.each<[string, Partial<Remote>, boolean]>([
  ['a host that nothing forbids', { url: 'https://mcp.example.com/v1' }, false],
  ['a host that is forbidden', { url: 'https://169.254.169.254/latest' }, true],
  ['a host that is forbidden, in another way', { url: 'https://0xa9.254.169.254:8443/' }, true],
  [
    'one choice of a host that is forbidden',
    {
      url: 'https://${a}.254.169.254/${b}',
      variables: [
        { name: 'a', description: 'x', choices: ['1', '169'] },
        { name: 'b', description: 'x', required: true },
      ],
    },
    true,
  ],
  ['a host that may be any', { url: 'https://${a}/' }, true],
])('judges an endpoint at %s', (_, remote, forbidden) => {
  const artefacts = { types: [], hosts: [], remote: true };
  const manifest = { remote: { ...{ url: '', transport: 'sse' as const }, ...remote } };
  expect(found(manifest, { artefacts })).toEqual(forbidden ? [`egress-forbidden ${remote.url}`] : []);
});

test('treats a path with too many choices as forbidden', () => {
  const choices = Array.from({ length: 200 }, (_, index) => `/srv/${index}`);
  const environment = ['A', 'B'].map((name) => ({ name, description: 'A folder.', choices }));
  const manifest = {
    launch: { environment },
    permissions: { filesystem: { read: ['${A}/${B}'] }, environment: ['A', 'B'] },
  };
  expect(found(manifest)).toEqual(['path-forbidden ${A}/${B}']);
});

test('has an id of its own for every rule', () => {
  expect(new Set(policyRules.map(({ id }) => id)).size).toBe(policyRules.length);
});
