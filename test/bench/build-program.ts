/** `registry build` on a registry that `sign.ts` made. */
import { prepare } from '../../signer/prepare.ts';
import { buildRegistry } from '../../scripts/publish/build.ts';
import { programDigest } from '../../scripts/version.ts';
import { signedAt } from './sign.ts';

const preparation = await prepare(process.cwd(), {
  now: signedAt,
  program: programDigest(),
  readSecret: () => Promise.reject(new Error('no secret')),
});
if (!preparation.ok) throw new Error(JSON.stringify(preparation.problems));
const { problems, servers } = await buildRegistry(preparation.prepared, signedAt);
if (problems.length > 0 || servers === 0) throw new Error(JSON.stringify(problems.slice(0, 3)));
