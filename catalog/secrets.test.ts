import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readManifest } from '../core/manifest.ts';
import { aManifest, minimalYaml } from '../test/support/statements.ts';
import type { Argument, EnvironmentInput } from '../schemas/types.ts';
import { checkSecrets, withoutSecrets, type WrittenManifest } from './secrets.ts';
import { growthOf, nearlyLinear } from '../test/support/growth.ts';

const file = 'servers/internal-postgres.yaml';

function written(text: string, path = file): WrittenManifest {
  const read = readManifest(path, Buffer.from(text));
  return { file: path, text, ...(read.ok && { document: read.document }) };
}

const codesIn = async (...texts: string[]): Promise<string[]> =>
  (await checkSecrets(texts.map((text) => written(text)))).map(({ code, line }) => `${code} ${line}`);

// Put together here, so that nobody who looks for credentials finds any in this file.
const tokens: Readonly<Record<string, string>> = {
  GitHub: `ghp_${'a1B2'.repeat(9)}`,
  npm: `npm_${'a1B2'.repeat(9)}`,
  AWS: `AKIA${'Q7RT'.repeat(4)}`,
  Slack: ['xoxb', '2444333222111', '2444333222112', 'a1B2c3D4e5F6g7H8'].join('-'),
  Stripe: `sk_live_${'a1B2'.repeat(8)}`,
  GitLab: `glpat-${'a1B2c'.repeat(4)}`,
  SendGrid: `SG.${'a1B2c3D4e5F'.repeat(2)}.${'c3D4'.repeat(10)}e5F`,
  Notion: `ntn_${'1'.repeat(11)}${'a1B2c'.repeat(7)}`,
  database: ['postgres://reporting', 'h4rdT0Gu3ss@db.example.org:5432/x'].join(':'),
};

test.each(Object.entries(tokens))('finds a credential of %s in a description', async (_, token) => {
  const [problem, ...more] = await checkSecrets([written(minimalYaml(`justification: We use ${token} for it.\n`))]);
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ code: 'secret', file, line: 14, remedy: expect.stringContaining('revoke') });
  expect(JSON.stringify(problem)).not.toContain(token);
});

const github = tokens['GitHub'] ?? '';

test.each([
  ['a comment', `# ${github}\n`, 'secret 14'],
  ['a fixed word', `launch: {arguments: [{type: fixed, value: ${github}}]}\n`, 'secret 14'],
  ['a key', `tools:\n  labels:\n    ${github}: [destructive]\n`, 'secret 16'],
  ['a folded text', `justification: >-\n  We use\n  ${github}\n  for it.\n`, 'secret 16'],
  ['a text with escapes', String.raw`justification: "We use \x67hp_${github.slice(4)}"` + '\n', 'secret 14'],
  ['a text broken amid it', `justification: "${github.slice(0, 10)}\\\n  ${github.slice(10)}"\n`, 'secret 14'],
  ['a manifest that cannot be read', `nonsense: ${github}\n`, 'secret 14'],
  ['a line that switches the rules of others off', `tags: [] # secretlint-disable\n# ${github}\n`, 'secret 15'],
])('finds a credential in %s', async (_, more, expected) => {
  expect(await codesIn(minimalYaml(more))).toEqual([expected]);
});

test('finds a private key, at the line where it begins', async () => {
  const key = ['-----BEGIN', ' PRIVATE KEY-----\n', `  ${'MIIEvQ'.repeat(30)}\n`, '  -----END PRIVATE KEY-----'].join(
    '',
  );
  expect(await codesIn(minimalYaml(`justification: |\n  ${key}\n`))).toEqual(['secret 15']);
});

test.each([
  [
    'the examples of documentation',
    'justification: AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.\n',
  ],
  ['the number of an account', 'justification: Runs in the AWS account_id: 123456789012.\n'],
  ['a digest', `justification: ${'3f9a'.repeat(16)}\n`],
  ['a name of a variable', 'justification: Set NOTION_TOKEN to the token of the integration.\n'],
  ['an address without a password', 'homepage: https://example.com/docs?page=2#top\n'],
  ['an address that shows where to put one', 'justification: Write postgres://user:password@host:5432/db there.\n'],
])('takes no offence at %s', async (_, more) => {
  expect(await codesIn(minimalYaml(more))).toEqual([]);
});

test.each<[string, string, boolean]>([
  ['a token in the query', 'https://mcp.example.com/v1?api_key=4f6g7h8j9k', true],
  ['a token behind the path', 'https://mcp.example.com/v1#access_token=4f6g7h8j9k', true],
  ['a user and a password', 'https://reporting:h4rdT0Gu3ss@mcp.example.com/v1', true],
  ['a signature', 'https://mcp.example.com/v1?X-Amz-Signature=4f6g7h8j9k', true],
  ['a place for a token', 'https://mcp.example.com/v1?api_key=${NAME}', false],
  ['an open query', 'https://mcp.example.com/v1?region=eu&tokens=100', false],
])('judges the endpoint with %s', async (_, url, found) => {
  const yaml = minimalYaml().replace(/artefact:[^]*$/u, `remote:\n  url: ${url}\n  transport: sse\n`);
  const problems = await checkSecrets([written(yaml)]);
  expect(problems.map(({ code, line }) => [code, line])).toEqual(found ? [['secret', 12]] : []);
  for (const { message, remedy } of problems) expect(message + remedy).not.toMatch(/4f6g|h4rd/u);
});

const withEnvironment = (...environment: EnvironmentInput[]): string =>
  stringify(
    aManifest({
      launch: { environment },
      permissions: { environment: environment.map(({ name }) => name) },
    }),
  );
const withArguments = (...words: Argument[]): string => stringify(aManifest({ launch: { arguments: words } }));

test.each<[string, EnvironmentInput, boolean]>([
  ['a secret', { name: 'CODE', description: 'x', secret: true, default: 'h4rdT0Gu3ss' }, true],
  ['what is named like a password', { name: 'PGPASSWORD', description: 'x', default: 'postgres' }, true],
  ['what is named like a token', { name: 'NOTION_TOKEN', description: 'x', default: 'hunter22' }, true],
  ['what is named like a key', { name: 'openaiApiKey', description: 'x', default: 'hunter22' }, true],
  ['a secret that is a file', { name: 'KEY_FILE', description: 'x', secret: true, default: '${state}/key' }, false],
  ['a limit of tokens', { name: 'MAX_TOKENS', description: 'x', default: '4096' }, false],
  ['a hot key', { name: 'HOT_KEY', description: 'x', default: 'ctrl+k' }, false],
  ['a monkey', { name: 'MONKEY', description: 'x', default: 'hunter22' }, false],
  ['a switch', { name: 'USE_TOKEN', description: 'x', default: 'true' }, false],
  ['a public key', { name: 'PUBLIC_KEY', description: 'x', default: 'hunter22' }, false],
  ['the name of a header', { name: 'TOKEN_HEADER', description: 'x', default: 'X-Token' }, false],
])('judges a default for %s', async (_, input, found) => {
  const problems = await checkSecrets([written(withEnvironment(input))]);
  expect(problems.map(({ code }) => code)).toEqual(found ? ['secret-default'] : []);
  for (const { message } of problems) {
    expect(message).toContain(input.name);
    expect(message).not.toContain(input.default);
  }
});

test.each<[string, string, object, boolean]>([
  ['a header that is named like a key', 'X-API-Key', { value: 'hunter22' }, true],
  ['a default of such a header', 'X-API-Key', { default: 'hunter22' }, true],
  ['what gives access', 'Authorization', { value: 'Bearer hunter22' }, true],
  ['what gives access, with a place for a token', 'Authorization', { value: 'Bearer ${token}' }, false],
  ['a header that is named like no key', 'X-Region', { value: 'hunter22' }, false],
])('judges %s', async (_, name, change, found) => {
  const headers = [{ name, description: 'x', ...change }];
  const variables = [{ name: 'token', description: 'x', required: true }];
  const remote = { url: 'https://mcp.example.com', transport: 'sse', headers, variables } as const;
  const problems = await checkSecrets([
    {
      file: 'servers/x.yaml',
      text: 'name: x\n',
      document: { file: 'servers/x.yaml', value: aManifest({ remote }), locate: () => ({ line: 1, column: 1 }) },
    },
  ]);
  expect(problems.map(({ code }) => code)).toEqual(found ? ['secret-default'] : []);
  for (const { message } of problems) expect(message).not.toContain('hunter22');
});

test.each<[string, Argument[], boolean]>([
  ['an option with a credential', [{ type: 'fixed', value: '--api-key=hunter22' }], true],
  [
    'an option before a credential',
    [
      { type: 'fixed', value: '--token' },
      { type: 'fixed', value: 'hunter22' },
    ],
    true,
  ],
  ['a default of an option', [{ type: 'named', name: '--password', description: 'x', default: 'hunter22' }], true],
  [
    'an option before another',
    [
      { type: 'fixed', value: '--token' },
      { type: 'fixed', value: '--stdio' },
    ],
    false,
  ],
  ['another option', [{ type: 'fixed', value: '--mode=fast' }], false],
])('judges %s', async (_, words, found) => {
  const problems = await checkSecrets([written(withArguments(...words))]);
  expect(problems.map(({ code }) => code)).toEqual(found ? ['secret-default'] : []);
  for (const { message } of problems) expect(message).not.toContain('hunter22');
});

test('finds the same in many manifests together as in each alone', async () => {
  const texts = Object.values(tokens).flatMap((token) => [
    minimalYaml(),
    `${token}\n${minimalYaml()}`,
    `${minimalYaml()}# ${token}`,
    minimalYaml(`justification: "${token}"\n`),
    // What begins in one manifest and would end in the next.
    `${minimalYaml()}# aws_secret_access_key:`,
    `${'a1B2'.repeat(10)}\n`,
    `# -----BEGIN PRIVATE KEY-----\n${'MIIE'.repeat(40)}`,
    `${'MIIE'.repeat(40)}\n-----END PRIVATE KEY-----\n`,
  ]);
  const manifests = texts.map((text, index) => ({ file: `servers/${index}.yaml`, text }));
  const together = await checkSecrets(manifests);
  const alone = await Promise.all(manifests.map((manifest) => checkSecrets([manifest])));
  expect(together).toEqual(alone.flat());
  expect(together.length).toBeGreaterThanOrEqual(Object.keys(tokens).length * 3);
});

test('finds none in the servers of this registry', async () => {
  const folder = join(import.meta.dirname, '../servers');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const manifests = await Promise.all(
    names.map(async (name) => written(await readFile(join(folder, name), 'utf8'), `servers/${name}`)),
  );
  expect(manifests.every(({ document }) => document !== undefined)).toBe(true);
  expect(await checkSecrets(manifests)).toEqual([]);
});

test.each([
  ['the beginnings of many addresses', '', 'https://a:'],
  ['one endless word', '', 'a'],
  ['dots and dashes', '', 'SG.a-._'],
  ['the beginnings of keys', '', '-----BEGIN PRIVATE KEY-----\n'],
  ['the beginnings of databases', '', 'mongodb://a:b'],
  ['white space', 'aws_secret_access_key', ' '],
])('reads %s in a time that grows with the length alone', async (_, beginning, repeated) => {
  const read = (length: number): unknown =>
    checkSecrets([{ file, text: beginning + repeated.repeat(length / repeated.length) }]);
  // The larger one is as long as a manifest may be.
  expect(await growthOf(read, 32_768)).toBeLessThan(nearlyLinear);
});

test('leaves out what other problems quote from the line of a credential', async () => {
  const place = { file, line: 14, column: 3 };
  const quoting = { code: 'wrong-form', ...place, message: 'x is "hunter22"', remedy: 'see the schema' };
  const secret = { code: 'secret', ...place, message: 'a secret', remedy: 'take it away' };
  const elsewhere = { ...quoting, line: 15 };
  expect(withoutSecrets([quoting, secret, elsewhere])).toEqual([
    { ...quoting, message: 'what is wrong here is not shown: a credential stands in this line' },
    secret,
    elsewhere,
  ]);
});
