/** The scripts with which a workflow proves who it is and asks the signer, with programs that answer as they are told. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { runForgeScript, type ScriptEnded } from '../support/forge-script.ts';
import { runnerCommands } from '../support/workflow-run.ts';

const commit = 'a1'.repeat(20);
let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** Runs a script beside a program of that name, whose text is given. */
const run = (script: string, words: readonly string[], [name, text]: readonly [string, string]): Promise<ScriptEnded> =>
  runForgeScript(folder, script, words, { [name]: text });

/** Notes its words, and answers with a document and what it says of the function. */
const aws = (answer: string, failed: string): readonly [string, string] => [
  'aws',
  `printf '%s\\n' "$@" > "$FOLDER/words"; printf '%s' '${answer}' > "\${@: -1}"; echo '${failed}'`,
];
const wordsOfAws = async (): Promise<string[]> => (await readFile(join(folder, 'words'), 'utf8')).split('\n');

test.each([
  ['a commit', ['x-approve', commit], `{"commit":"${commit}"}`],
  ['nothing', ['x-timestamp'], '{}'],
])('a function is given %s, and no more', async (_, words, payload) => {
  const { code, output } = await run('ask-signer.sh', words, aws('{"approved":[]}', 'None'));
  expect([code, output.replaceAll(/^::.*$/gmu, '').trim()]).toEqual([0, '{"approved":[]}']);
  const given = await wordsOfAws();
  expect(given.slice(0, 4)).toEqual(['lambda', 'invoke', '--function-name', words[0]]);
  expect(given[given.indexOf('--payload') + 1]).toBe(payload);
});

test('what the answer quotes is no command for the runner', async () => {
  const hostile = '{"quoted":"##[add-mask]x"}\n::set-output name=x::y';
  const { output } = await run('ask-signer.sh', ['x-timestamp'], aws(hostile, 'None'));
  expect(runnerCommands(hostile)).toHaveLength(2);
  expect(runnerCommands(output)).toEqual(['::error::the answer of the function is no JSON']);
});

test.each(['main', commit.slice(1), `${commit}"}`, commit.toUpperCase()])('%j is no commit', async (text) => {
  const { code, output } = await run('ask-signer.sh', ['x-approve', text], aws('{}', 'None'));
  expect(code).toBe(1);
  expect(output).toContain('is no commit id');
  await expect(wordsOfAws()).rejects.toThrow('ENOENT');
});

test('a function that refuses ends the job, and what it says is shown', async () => {
  const { code, output } = await run(
    'ask-signer.sh',
    ['x-approve', commit],
    aws('{"errorType":"Refusal"}', 'Unhandled'),
  );
  expect(code).toBe(1);
  expect(output).toContain('{"errorType":"Refusal"}');
  expect(output).toContain('::error::x-approve refused or failed');
});

test('a server that was not approved is a warning, and no text of it is a command', async () => {
  const problem = { code: 'E_TREE', file: 'servers/a.yaml', message: 'a\n::error::b 100%', remedy: 'look, and ask' };
  const { code, output } = await run(
    'ask-signer.sh',
    ['x-approve', commit],
    aws(JSON.stringify({ problems: [problem] }), 'None'),
  );
  expect(code).toBe(0);
  expect(output.split('\n')).toContain(
    '::warning file=servers/a.yaml,title=E_TREE::a%0A::error::b 100%25; look, and ask',
  );
  expect(output).not.toMatch(/^::error/mu);
});

test('a call that fails ends the job', async () => {
  expect((await run('ask-signer.sh', ['x-approve', commit], ['aws', 'exit 254'])).code).toBe(254);
});

const role = 'arn:aws:iam::111122223333:role/countersign-asker';

test('the identity of the job is kept in a file that only it can read', async () => {
  const curl = `printf '%s\\n' "$@" > "$FOLDER/words"; echo '{"value":"signed.identity.token"}'`;
  const { code, output } = await run('aws-identity.sh', [role, 'eu-central-1'], ['curl', curl]);
  expect([code, output]).toEqual([0, '']);
  expect(await wordsOfAws()).toContain('https://forge.example/token?x=1&audience=sts.amazonaws.com');
  const token = join(folder, 'aws-identity');
  expect((await stat(token)).mode & 0o077).toBe(0);
  expect(await readFile(token, 'utf8')).toBe('signed.identity.token\n');
  expect(await readFile(join(folder, 'env'), 'utf8')).toBe(
    `AWS_WEB_IDENTITY_TOKEN_FILE=${token}\nAWS_ROLE_ARN=${role}\nAWS_REGION=eu-central-1\n`,
  );
});

test.each(['exit 22', `echo '{"message":"no"}'`])('no identity ends the job: %s', async (curl) => {
  expect((await run('aws-identity.sh', [role, 'eu-central-1'], ['curl', curl])).code).not.toBe(0);
  await expect(readFile(join(folder, 'env'), 'utf8')).rejects.toThrow('ENOENT');
});
