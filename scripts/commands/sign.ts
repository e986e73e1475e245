import type { Command } from 'commander';
import { openNpmRegistry } from '../../core/npm-registry.ts';
import { progress } from '../../host/output.ts';
import { prepare } from '../../signer/prepare.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { approvalsEndSoon, offlineEndsSoon } from '../../signer/ends-soon.ts';
import { signRegistry } from '../../signer/sign-registry.ts';
import { programDigest, version } from '../version.ts';
import { conclude, here, withJson } from './common.ts';
import { secretFrom, withSecret, type KeyOptions } from './key-options.ts';

/** `registry sign`: approves what has no approval yet, and renews status and metadata. */
export function sign(program: Command): void {
  withSecret(withJson(program.command('sign')))
    .description('fetch and hash what is new, and sign it: with the keys of registry.yaml where trust/ holds a root')
    .action(async ({ json, secretFile }: KeyOptions) => {
      const now = new Date();
      const preparation = await prepare(here(), { now, readSecret: secretFrom(secretFile), program: programDigest() });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { problems, approved, statusSigned, metadataSigned, published } = await signRegistry({
        ...preparation.prepared,
        now,
        version,
        openRegistry: () => openNpmRegistry(),
        onFetched: progress('fetching'),
      });
      const endsSoon = [
        ...offlineEndsSoon((await readTrustFolder(here())).ceremony, now),
        ...approvalsEndSoon(
          published.map(({ current }) => current),
          now,
        ),
      ];
      conclude(json, [...problems, ...endsSoon], { approved, statusSigned, metadataSigned }, [
        ...approved.map((server) => `approved ${server}`),
        approved.length === 0 && !statusSigned && metadataSigned === 0
          ? 'nothing is due'
          : `${approved.length} approvals, ${statusSigned ? 'the' : 'no'} status and ${metadataSigned} files of metadata signed`,
      ]);
    });
}
