/** The script that publishes views, with programs that answer as they are told. `views-workflow.test.ts` has real ones. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { runForgeScript, type ScriptEnded } from '../support/forge-script.ts';

let folder = '';
beforeEach(async (context) => {
  context.skip(process.platform !== 'linux', 'this is not Linux');
  folder = await temporaryFolder();
});

interface Ended extends ScriptEnded {
  /** What was asked of `npx` and of the forge, in order. */
  readonly asked: readonly string[];
}

/** The first program is asked for each command of `registry`, the second for each identity. */
async function run(npx: string, curl = `echo '{"value":"an.identity.token"}'`): Promise<Ended> {
  const words = ['arn:aws:iam::111122223333:role/countersign-site-publisher', 'eu-central-1', 's3://state'];
  const ended = await runForgeScript(folder, 'publish-views.sh', words, {
    npx: `echo "$*" >> "$FOLDER/asked"\n${npx}`,
    curl: `echo identity >> "$FOLDER/asked"\n${curl}`,
  });
  return { ...ended, asked: (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n') };
}

const listing = (...lines: readonly string[]): string =>
  `if [ "$2" = views ]; then printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}; fi`;
const two = listing(
  'a,b  s3://one/x?region=eu-central-1  https://one.example.com',
  'c    s3://two                        https://mcp.example.com',
);

test('each view is built and published with its own words, and the job proves again who it is', async () => {
  const { code, output, asked } = await run(two);
  expect([code, output]).toEqual([
    0,
    '::group::the view for a,b\n::endgroup::\n::group::the view for c\n::endgroup::\n',
  ]);
  expect(asked).toEqual([
    'identity',
    'registry views --state s3://state',
    'identity',
    'registry build --state s3://state --audience a --audience b --url https://one.example.com',
    'registry publish --audience a --audience b --to s3://one/x?region=eu-central-1',
    'identity',
    'registry build --state s3://state --audience c --url https://mcp.example.com',
    'registry publish --audience c --to s3://two',
  ]);
});

test.each([
  ['build', 'if [ "$2$6" = builda ]; then exit 1; fi', 7],
  ['publication', 'if [ "$2$4" = publisha ]; then exit 3; fi', 8],
])('a %s that fails is named at the end, after the others', async (_, fails, count) => {
  const { code, output, asked } = await run(`${two}\n${fails}`);
  expect(code).toBe(1);
  expect(asked).toHaveLength(count);
  expect(asked.at(-1)).toBe('registry publish --audience c --to s3://two');
  expect(output.split('\n').filter((line) => line.startsWith('::error::'))).toEqual([
    expect.stringContaining('the view for a,b was not published'),
  ]);
});

test('where no view is named, nothing is built', async () => {
  expect(await run('')).toMatchObject({
    code: 0,
    output: '',
    asked: ['identity', 'registry views --state s3://state'],
  });
});

test.each([
  ['registry.yaml cannot be read', 'exit 1', undefined],
  ['the forge gives no identity', two, 'exit 22'],
])('where %s, the step fails', async (_, npx, curl) => {
  expect((await run(npx, curl)).code).not.toBe(0);
});
