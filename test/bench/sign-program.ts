/** `registry sign` with keys of the tests, on a registry that `sign.ts` made. */
import { openNpmRegistry } from '../../core/npm-registry.ts';
import { prepare } from '../../signer/prepare.ts';
import { signRegistry } from '../../signer/sign-registry.ts';
import { signingKey } from '../support/statements.ts';
import { programDigest, version } from '../../scripts/version.ts';
import { benchKeys, signedAt } from './sign.ts';

const preparation = await prepare(process.cwd(), {
  now: signedAt,
  program: programDigest(),
  readSecret: () => Promise.reject(new Error('no secret')),
});
if (!preparation.ok) throw new Error(JSON.stringify(preparation.problems));
const { prepared } = preparation;
const openKeys = () =>
  Promise.resolve({
    approval: signingKey(benchKeys.approval),
    snapshot: signingKey(benchKeys.snapshot),
    timestamp: signingKey(benchKeys.timestamp),
  });
const result = await signRegistry({
  ...prepared,
  identity: { ...prepared.identity, openKeys },
  now: signedAt,
  version,
  openRegistry: () => openNpmRegistry('http://127.0.0.1:9'),
  onFetched: () => undefined,
});
if (result.problems.length > 0 || result.published.length === 0)
  throw new Error(JSON.stringify(result.problems.slice(0, 3)));
