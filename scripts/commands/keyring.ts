import type { Command } from 'commander';
import { Failure, UsageError } from '../../core/failure.ts';
import { openKeyring } from '../../core/keyring.ts';
import { keyIdOf, metadataKey } from '../../core/metadata.ts';
import { toSecond } from '../../core/time.ts';
import type { ApprovalKey, Keyring } from '../../schemas/types.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { folderState } from '../../signer/state/folder.ts';
import { proposeTargets } from '../../signer/ceremony/ceremony.ts';
import { isTracked } from '../../catalog/git.ts';
import { readHistory } from '../../catalog/history.ts';
import { currentInFolder } from '../../catalog/current.ts';
import { validity } from '../report/ceremony-lines.ts';
import { approvalKey, keyStart, withKeyChanged } from '../../signer/ceremony/keyring-file.ts';
import { selectPublished } from '../../catalog/select.ts';
import { programDigest } from '../version.ts';
import { readTrustFolder, type TrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { wantedServers } from '../../catalog/wanted.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { conclude, here, withJson } from './common.ts';
import { firstCommit, readNamed, withSecret, type KeyOptions } from './key-options.ts';
import { settle, withNames } from './settle.ts';

interface AddOptions extends KeyOptions {
  readonly from?: string;
}
interface RetireOptions extends KeyOptions {
  readonly at?: string;
}
interface RevokeOptions extends KeyOptions {
  readonly reason: string;
}

/** `registry keyring`: which keys approve servers; the holders of the targets role sign every change. */
export function keyring(program: Command): void {
  const group = program.command('keyring').description('the keys that approve servers, and when each is valid');

  withSecret(withJson(group.command('add <name=key>')))
    .description('propose one more key')
    .option(
      '--from <time>',
      'from when on it is valid, such as 2026-04-15T00:00:00Z; from the first commit if left out',
      parseTime,
    )
    .action(async (text: string, options: AddOptions) => {
      const now = new Date();
      const { folder, before } = await current();
      const added = await readNamed(text, options);
      const key = approvalKey(added.spki, options.from ?? keyStart(await firstCommit(here()), now));
      if (before.keys.some(({ hint }) => hint === key.hint))
        throw new UsageError(`${added.name} is in the keyring already`, '`registry keyring status` lists its keys');
      await propose(
        { ...folder, names: withNames(folder.names, [added]) },
        { ...before, keys: [...before.keys, key] },
        options,
        now,
      );
    });

  withJson(group.command('retire <name>'))
    .description('propose the end of a key that nobody stole: what it signed until then stays valid')
    .option('--at <time>', 'from when on it signs nothing more; now if left out', parseTime)
    .action(async (name: string, options: RetireOptions) => {
      const now = new Date();
      const { folder, before } = await current();
      const { hint } = keyNamed(folder, before, name);
      await propose(folder, withKeyChanged(before, hint, { validUntil: options.at ?? toSecond(now) }), options, now);
    });

  withJson(group.command('revoke <name>'))
    .description('propose the end of a stolen key: of what it signed, only what the history of main holds stays valid')
    .requiredOption('--reason <text>', 'what happened')
    .action(async (name: string, options: RevokeOptions) => {
      const now = new Date();
      const { folder, before } = await current();
      const { hint } = keyNamed(folder, before, name);
      const known = await knownBundles(before, hint);
      const revoked = {
        since: toSecond(now),
        reason: options.reason,
        stillCount: known.map(({ digest }) => digest).sort(),
      };
      await propose(folder, withKeyChanged(before, hint, { revoked }), options, now, [
        ...known.map(({ server, digest }) => `stays valid: ${server} (bundle ${digest})`),
        `approvals of this key that stay valid, because the history of main holds what they approve: ${known.length}`,
        'once this is signed, run `registry sign`: it signs the status, the metadata and the approvals that are no longer valid again',
      ]);
    });

  withJson(group.command('renew'))
    .description('propose the same keyring for another 180 days')
    .action(async (options: KeyOptions) => {
      const { folder, before } = await current();
      await propose(folder, before, options, new Date());
    });

  withJson(group.command('status'))
    .description('list the keys, and when each is valid')
    .action(async ({ json }: KeyOptions) => {
      const folder = await readTrustFolder(here());
      const keys = folder.ceremony.targets?.keyring.keys ?? [];
      conclude(json, [], { keys }, [
        ...keys.map((key) => `${nameOf(folder, key)}: ${validity(key)}`),
        ...(keys.length === 0 ? ['no keyring is valid yet: `registry root status` says what is missing'] : []),
      ]);
    });
}

/** The keyring that a change begins with: one that is proposed already is changed further. */
async function current(): Promise<{ readonly folder: TrustFolder; readonly before: Keyring }> {
  const folder = await readTrustFolder(here());
  const { targets, proposedTargets } = folder.ceremony;
  const before = (proposedTargets ?? targets)?.keyring;
  if (before === undefined) throw new UsageError('there is no keyring yet', 'begin with `registry root init`');
  return { folder, before };
}

async function propose(
  folder: TrustFolder,
  changed: Keyring,
  { json }: KeyOptions,
  now: Date,
  lines: readonly string[] = [],
): Promise<void> {
  // A keyring that no host could open is proposed to nobody.
  openKeyring(changed);
  await settle({ ...folder, ceremony: proposeTargets(folder.ceremony, changed, now) }, json, now, [], lines);
}

/** Approvals by a key that are about what the main line of history holds: a thief can write no history there. */
async function knownBundles(
  keyringNow: Keyring,
  hint: string,
): Promise<{ readonly server: string; readonly digest: string }[]> {
  const store = new ApprovalsStore(folderState(workspaceOf(here(), 'production').folder), programDigest());
  const { approvals, open, problems } = await store.readAll(openKeyring(keyringNow));
  const [damaged] = problems;
  // What is not on the list counts no more, and a damaged approval would not be on it.
  if (damaged !== undefined) throw new Failure(damaged.code, damaged.message, damaged.remedy);
  const history = (await isTracked(here())) ? await readHistory(here()) : undefined;
  const servers = wantedServers(await currentInFolder(here()), history);
  const { published } = await selectPublished(servers, approvals, open);
  return published
    .flatMap(({ versions }) => versions)
    .filter((approval) => approval.keyHint === hint)
    .map(({ name, version, digest }) => ({ server: `${name} ${version}`, digest }));
}

const nameOf = ({ names }: TrustFolder, { publicKey, hint }: ApprovalKey): string =>
  names.get(keyIdOf(metadataKey(Buffer.from(publicKey, 'base64')))) ?? hint;

function keyNamed(folder: TrustFolder, { keys }: Keyring, name: string): ApprovalKey {
  const found = keys.find((key) => nameOf(folder, key) === name || (name.length >= 8 && key.hint.startsWith(name)));
  if (found !== undefined) return found;
  throw new UsageError(
    `${name} is not the name of a key in the keyring`,
    `name one of ${keys.map((key) => nameOf(folder, key)).join(', ')}`,
  );
}

function parseTime(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new UsageError(`${text} is no time`, 'write it as 2026-04-15T09:30:00Z');
}
