import { expect, test } from 'vitest';
import { readSignerConfig } from './signer-config.ts';

const config = {
  schemaVersion: 1,
  forge: {
    kind: 'github',
    api: 'https://api.github.com',
    organisation: { login: 'example', id: 9001 },
    repository: { owner: 'example', name: 'registry', id: 4711 },
    branch: 'main',
    teams: { platform: { slug: 'platform', id: 101 }, security: { slug: 'security', id: 102 } },
    guardians: 'security',
    token: 'github-app:12345/67890?key=file:/run/secrets/github-app.pem',
  },
  state: 's3://countersign-signer/state',
  keys: { approval: 'awskms:///alias/a', snapshot: 'awskms:///alias/s', timestamp: 'awskms:///alias/t' },
};

const read = (value: unknown): ReturnType<typeof readSignerConfig> =>
  readSignerConfig('signer.json', Buffer.from(JSON.stringify(value)));

test('reads a configuration', () => {
  expect(read(config)).toEqual({ ok: true, config });
});

const { forge, keys } = config;
test.each<[is: string, code: string, value: unknown]>([
  ['an unknown field', 'unknown-field', { ...config, skipReviews: true }],
  ['a missing field', 'missing-field', { ...config, state: undefined }],
  ['an id that is a text', 'wrong-type', { ...config, forge: { ...forge, repository: { ...forge.repository, id: '4711' } } }],
  ['a token itself', 'wrong-form', { ...config, forge: { ...forge, token: 'ghp_abc' } }],
  ['plain http', 'unsafe-api', { ...config, forge: { ...forge, api: 'http://api.example.com' } }],
  ['guardians without a team', 'guardians-without-team', { ...config, forge: { ...forge, guardians: 'legal' } }],
  ['a role that no policy can name', 'wrong-form', { ...config, forge: { ...forge, teams: { ...forge.teams, 'A B': { slug: 'a', id: 1 } } } }],
  ['one team for two roles', 'team-twice', { ...config, forge: { ...forge, teams: { ...forge.teams, legal: { slug: 'security', id: 102 } } } }],
  ['one key for two purposes', 'key-twice', { ...config, keys: { ...keys, timestamp: keys.snapshot } }],
])('says what is wrong with %s', (_, code, value) => {
  expect(read(value)).toMatchObject({ ok: false, problems: [{ code, file: 'signer.json' }] });
}); // prettier-ignore

test('says what is wrong with what is no JSON, or too long', () => {
  expect(readSignerConfig('signer.json', Buffer.from('{"a": 1, "a": 2}'))).toMatchObject({
    problems: [{ code: 'not-json' }],
  });
  expect(readSignerConfig('signer.json', Buffer.alloc(300_000, ' '))).toMatchObject({
    problems: [{ code: 'too-large' }],
  });
});
