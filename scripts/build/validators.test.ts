/** The host's lean validators accept and reject exactly what the full ones do. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { binOf } from '../../core/metadata.ts';
import type { Validator } from '../../schemas/compiled.js';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aTrustConfig, publish } from '../../test/support/published.ts';
import { aKeyring, aLock } from '../../test/support/statements.ts';
import { leanValidators } from './host.ts';

type Name =
  | ('approval' | 'bundle' | 'keyring' | 'lock' | 'record' | 'status' | 'trustConfig')
  | ('root' | 'targets' | 'bin' | 'snapshot' | 'timestamp');

let full: Record<Name, Validator>;
let lean: Record<Name, Validator>;
beforeAll(async () => {
  const outfile = join(await temporaryFolder(), 'lean.mjs');
  const entry = join(import.meta.dirname, '../../schemas/compiled.js');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: [leanValidators],
  });
  full = (await import(pathToFileURL(entry).href)) as Record<Name, Validator>;
  lean = (await import(pathToFileURL(outfile).href)) as Record<Name, Validator>;
});

const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'));

function samples(): Record<Name, unknown> {
  const files = [...publish().files];
  const find = (pattern: RegExp): unknown =>
    json(files.find(([path]) => pattern.test(path))?.[1] ?? Buffer.from('null'));
  const payload = (bundle: unknown): unknown =>
    json(Buffer.from((bundle as { dsseEnvelope: { payload: string } }).dsseEnvelope.payload, 'base64'));
  const bundle = find(/^approvals\//u);
  const status = find(/^targets\/trust\/.*\.status\.json$/u);
  return {
    approval: payload(bundle),
    bundle,
    keyring: aKeyring(),
    lock: aLock(),
    record: find(/^targets\/servers\//u),
    status: payload(status),
    trustConfig: aTrustConfig('https://mcp.example.com'),
    root: find(/^metadata\/1\.root/u),
    targets: find(/^metadata\/1\.targets/u),
    bin: find(new RegExp(`^metadata/1.${binOf('servers/internal-postgres.json')}`, 'u')),
    snapshot: find(/^metadata\/1\.snapshot/u),
    timestamp: find(/^metadata\/timestamp/u),
  };
}

/** The value with one thing of it changed, for every thing and every change. */
function* variants(value: unknown): Generator {
  yield* [null, 0, '', 'x', [], {}, true, { ...(value as object), unknown: 1 }];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const replaced = (other: unknown): unknown =>
      Array.isArray(value)
        ? value.map((each, index) => (String(index) === key ? other : each))
        : { ...value, [key]: other };
    const { [key as never]: _, ...rest } = value;
    yield Array.isArray(value) ? value.filter((_each, index) => String(index) !== key) : rest;
    for (const changed of variants(inner)) yield replaced(changed);
  }
}

test.each(Object.entries(samples()) as [Name, unknown][])('judges each variant of %s alike', (name, value) => {
  expect(lean[name](value)).toBe(true);
  let rejected = 0;
  for (const variant of variants(value)) {
    const accepts = full[name](variant);
    expect(lean[name](variant), JSON.stringify(variant).slice(0, 2000)).toBe(accepts);
    if (!accepts) rejected++;
  }
  expect(rejected).toBeGreaterThan(50);
});
