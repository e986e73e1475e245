/** The very folders that are deployed, each in the client that AWS Lambda runs functions with: from a merge to a host. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { token } from '../test/fakes/github/github.ts';
import { isInstalled, runFunction, type RunningFunction } from './lambda/runtime.ts';
import { fakeServices } from '../test/support/forge-registry.ts';
import type { Outcome } from '../signer/functions/function.ts';
import { bundleSignerFunction } from './bundle.ts';
import { signerFunctions, type SignerFunction } from './names.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-functions-'));
afterAll(() => rmSync(folder, { recursive: true }));

// A function asks the real clock: so everything happened shortly before.
const now = new Date();
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const services = await fakeServices(minutes(-120));

test.skipIf(process.env['CI'] === undefined)('the client is installed where CI runs', () => {
  expect(isInstalled, 'run `npm ci --prefix infra/lambda`').toBe(true);
});

test.skipIf(!isInstalled)(
  'what is deployed signs what was merged, and a host runs it',
  { timeout: 300_000 },
  async () => {
    const { config, registry, merge, aws } = await services.newRegistry(minutes(-120));
    aws.secrets.set('forge', token);
    const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, minutes(-60));

    const start = (name: SignerFunction): Promise<RunningFunction> => {
      const at = join(folder, name);
      bundleSignerFunction(name, at);
      writeFileSync(
        join(at, 'signer.json'),
        JSON.stringify({ ...config, forge: { ...config.forge, token: 'awssecret:forge' } }),
      );
      return runFunction(at, { ...aws.env, SIGNER_CONFIG: join(at, 'signer.json') });
    };
    const functions = new Map<SignerFunction, RunningFunction>();
    for (const name of signerFunctions) functions.set(name, await start(name));
    const ask = async (name: SignerFunction, event: unknown): Promise<unknown> => {
      const invocation = await functions.get(name)?.invoke(event);
      if (invocation?.ok !== true) return invocation;
      const { done, problems } = invocation.answer as Outcome;
      return { ...done, problems: problems.map(({ code, file, message }) => `${code} ${file} ${message}`) };
    };

    expect(await ask('fetch-and-review', { commit })).toEqual({
      reviewed: ['other@1.0.0', 'tiny@1.1.0'],
      problems: [],
    });
    // The other server was there before the signer began: nobody approved it.
    const problems = [expect.stringMatching(/^no-evidence servers\/other\.yaml /u)];
    expect(await ask('approve', { commit })).toEqual({ approved: ['tiny@1.1.0'], statusSigned: true, problems });
    expect(await ask('repository', {})).toEqual({ servers: 1, bins: 256, snapshot: true, problems: [] });
    expect(await ask('timestamp', {})).toEqual({ signed: true, problems: [] });
    await registry.serve(new Date());
    expect(await registry.host(new Date())).toBe('1.1.0');

    // The same functions go on, as Lambda keeps them.
    expect(await ask('approve', { commit: 'main' })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^usage: /u),
    });
    expect(await ask('approve', {})).toEqual({ approved: [], statusSigned: false, problems });
    const logged = [...functions.values()].flatMap(({ log }) => log).join('');
    expect(logged).toContain('"function":"approve"');
    for (const secret of [token, aws.env['AWS_SECRET_ACCESS_KEY'], aws.env['AWS_SESSION_TOKEN']])
      expect(logged).not.toContain(secret);
  },
);
