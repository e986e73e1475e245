/**
 * `registry sign` with keys of the tests, on a registry that `sign.ts` made. With a word, a server is deprecated first,
 * for another reason each time: its record and the metadata have to be signed again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { git } from '../../core/git.ts';
import { openSources } from '../../artefacts/open-sources.ts';
import { manifestPath } from '../../core/statement.ts';
import { programDigest, version } from '../../scripts/version.ts';
import { prepare } from '../../signer/prepare.ts';
import { signRegistry } from '../../signer/sign-registry.ts';
import { signingKey } from '../support/statements.ts';
import { benchKeys, signedAt } from './sign.ts';

const [changed] = process.argv.slice(2);
const root = process.cwd();

if (changed !== undefined) {
  const file = manifestPath(changed);
  const manifest = parseDocument(await readFile(file, 'utf8'));
  const reason = `Looked at again at ${Date.now()}.`;
  manifest.set('lifecycle', [{ versions: '*', state: 'deprecated', since: '2029-12-31', reason }]);
  await writeFile(file, manifest.toString());
  await git(root, 'add', file);
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  await git(root, ...who, 'commit', '--quiet', '--message', 'Deprecate a server');
}

const preparation = await prepare(root, {
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
  // Nothing is to be fetched.
  openSources: () => openSources({ npmRegistry: 'http://127.0.0.1:9' }),
  onFetched: () => undefined,
});
if (result.problems.length > 0 || result.published.length === 0)
  throw new Error(JSON.stringify(result.problems.slice(0, 3)));
