import type { Command } from 'commander';
import { endingOf } from '../../core/exit.ts';
import { UsageError } from '../../core/failure.ts';
import type { Reach } from '../../core/download.ts';
import { indexOfUv } from '../../artefacts/pypi/uv.ts';
import { openSources, type Mirrors } from '../../artefacts/open-sources.ts';
import { asProblem } from '../../core/problem.ts';
import { progress } from '../../host/output.ts';
import { prepare } from '../../signer/prepare.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { approvalsEndSoon, offlineEndsSoon } from '../../signer/ends-soon.ts';
import { systemClock } from '../../signer/evidence/github/clock.ts';
import { openGitHub } from '../../signer/evidence/github/open.ts';
import { signCommit } from '../../signer/sign-commit.ts';
import { signRegistry, type SigningResult } from '../../signer/sign-registry.ts';
import { programDigest, version } from '../version.ts';
import { conclude, here, withJson } from './common.ts';
import { secretFrom, withSecret, type KeyOptions } from './key-options.ts';
import { readSignerFile } from './timestamp.ts';

interface SignOptions extends KeyOptions {
  readonly signer?: string;
  readonly commit?: string;
}

/** `registry sign`: approves what has no approval yet, and renews status and metadata. */
export function sign(program: Command): void {
  withSecret(withJson(program.command('sign')))
    .description('fetch and hash what is new, and sign it: with the keys of registry.yaml where trust/ holds a root')
    .option('--signer <file>', 'ask the forge of this signer configuration who approved, and use its keys and state')
    .option('--commit <id>', 'the commit that is signed; with --signer')
    .action(async ({ signer, commit, ...options }: SignOptions) => {
      if (signer !== undefined && commit !== undefined) return signWithEvidence(signer, commit, options);
      if (signer !== undefined || commit !== undefined)
        throw new UsageError(
          '--signer and --commit belong together',
          'give both: who is asked, and about which commit',
        );
      const { json, secretFile } = options;
      const now = new Date();
      const preparation = await prepare(here(), { now, readSecret: secretFrom(secretFile), program: programDigest() });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      await report(await signRegistry({ ...preparation.prepared, now, version, ...fetching() }), json, now);
    });
}

const fetching = (mirrors?: Mirrors, reach?: Reach) => ({
  openSources: () => openSources({ ...mirrors, defaultIndex: indexOfUv }, reach),
  onFetched: progress('fetching'),
});

async function signWithEvidence(file: string, commit: string, { json, secretFile }: KeyOptions): Promise<void> {
  const now = new Date();
  const read = await readSignerFile(file);
  if (!read.ok) return conclude(json, read.problems, {}, []);
  const { config } = read;
  const signed = await signCommit(here(), {
    ...{ config, commit, now, version, program: programDigest() },
    readSecret: secretFrom(secretFile),
    forge: openGitHub(config.forge, systemClock).forge,
    ...fetching(config, 'public'),
  });
  if (!signed.ok) return conclude(json, signed.problems, {}, []);
  const { result, stopped } = signed;
  const problems = stopped === undefined ? [] : [asProblem(stopped, 'refused', '')];
  await report({ ...result, problems: [...result.problems, ...problems] }, json, now);
  if (stopped !== undefined) process.exitCode = endingOf(stopped).exitCode;
}

async function report(
  { problems, approved, statusSigned, metadataSigned, published }: SigningResult,
  json: true | undefined,
  now: Date,
): Promise<void> {
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
}
