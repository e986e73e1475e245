import type { Command } from 'commander';
import { gt, lt } from 'semver';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure, systemCode, UsageError } from '../../core/failure.ts';
import { maxLauncherBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { readRegularFile, type Terms } from '../../core/regular-file.ts';
import type { LauncherFile } from '../../schemas/types.ts';
import { proposeLauncher } from '../../signer/ceremony/ceremony.ts';
import { describeLauncher } from '../../signer/ceremony/describe-launcher.ts';
import { launcherFile, launcherIn } from '../../signer/ceremony/launcher-file.ts';
import { readTrustFolder, type TrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { settle } from './settle.ts';

interface ProposeOptions extends CommonOptions {
  readonly older?: true;
}

/** `registry launcher`: which version of the host's own program hosts update to; the holders of the targets role sign it. */
export function launcher(program: Command): void {
  const group = program.command('launcher').description('the program `countersign` itself, which hosts update to');

  withJson(group.command('propose <file>'))
    .description('propose a packed program, made by `npm run pack:host`')
    .option('--older', 'also where it is older than the one before: hosts go back only where they are told to')
    .action(async (file: string, { json, older }: ProposeOptions) => {
      const now = new Date();
      const folder = await readTrustFolder(here());
      const bytes = readPacked(file);
      const described = describeLauncher(bytes, file);
      checkVersion(described, current(folder), older === true);
      const ceremony = proposeLauncher(folder.ceremony, described, now);
      const { sha256 } = described.hashes;
      await settle(
        { ...folder, ceremony, launchers: new Map([...folder.launchers, [sha256, bytes]]) },
        json,
        now,
        [],
        [
          `countersign ${described.custom.version}, SHA-256 ${sha256}, lies in ${launcherFile(sha256)}`,
          'commit it with the proposal; whoever signs can pack the same bytes at the same commit, and compare',
        ],
      );
    });

  withJson(group.command('remove'))
    .description('propose that none is published: hosts stay with the version that they have')
    .action(async ({ json }: CommonOptions) => {
      const now = new Date();
      const folder = await readTrustFolder(here());
      const { targets, proposedTargets } = folder.ceremony;
      if (launcherIn((proposedTargets ?? targets)?.targets.signed) === undefined)
        throw new UsageError('no launcher is published or proposed', '`registry launcher status` says which one is');
      await settle({ ...folder, ceremony: proposeLauncher(folder.ceremony, undefined, now) }, json, now);
    });

  withJson(group.command('status'))
    .description('say which version hosts update to, and its digest')
    .action(async ({ json }: CommonOptions) => {
      const file = current(await readTrustFolder(here()));
      const launcherNow =
        file === undefined ? null : { version: file.custom.version, sha256: file.hashes.sha256, bytes: file.length };
      conclude(json, [], { launcher: launcherNow }, [
        launcherNow === null
          ? 'none is published: `registry launcher propose <file>` proposes one'
          : `countersign ${launcherNow.version}, ${launcherNow.bytes} bytes, SHA-256 ${launcherNow.sha256}`,
      ]);
    });
}

/** The one that is valid now. */
const current = ({ ceremony: { targets } }: TrustFolder): LauncherFile | undefined =>
  launcherIn(targets?.targets.signed);

/** One version has one content, and hosts go up by themselves only. @throws UsageError */
function checkVersion(next: LauncherFile, before: LauncherFile | undefined, older: boolean): void {
  if (before === undefined) return;
  const [is, was] = [next.custom.version, before.custom.version];
  if (next.hashes.sha256 === before.hashes.sha256)
    throw new UsageError(`countersign ${is} is published already, with these bytes`, 'nothing has to be proposed');
  if (!gt(is, was) && !lt(is, was))
    throw new UsageError(
      `countersign ${was} is published already, with other bytes`,
      'give the new one a higher version in host/package.json: hosts that have this version would not fetch it',
    );
  if (lt(is, was) && !older)
    throw new UsageError(
      `countersign ${is} is older than ${was}, which is published now`,
      'propose a newer one, or this one with --older: hosts then go back where `countersign self-update --older` is run',
    );
}

const packed: Terms = { code: 'E_ARCHIVE', remedy: 'name the file that `npm run pack:host` wrote', follow: true };

/** @throws UsageError where it is not there; Refusal E_ARCHIVE, E_TOO_LARGE */
function readPacked(file: string): Buffer {
  try {
    return Buffer.from(readRegularFile(file, maxLauncherBytes, packed).bytes);
  } catch (error) {
    if (error instanceof Refusal || error instanceof Failure) throw error;
    if (systemCode(error) === 'ENOENT')
      throw new UsageError(`there is no file ${file}`, packed.remedy, { cause: error });
    throw asDiskFailure(error, file);
  }
}
