/**
 * Shows people what they are asked to sign. A proposal comes from another machine. Before anybody signs it, its content
 * is composed again from the keys that it names, and every difference is refused. So the proposal contains nothing
 * except what is shown.
 */
import { lt } from 'semver';
import { sameJson } from '../../core/canonical.ts';
import { openKeyring } from '../../core/keyring.ts';
import { keyIdOf, keyringPath, metadataKey } from '../../core/metadata.ts';
import { Refusal } from '../../core/refusal.ts';
import { daysAfter } from '../../core/time.ts';
import type { ApprovalKey, LauncherFile, RootRole, RootRoles, TargetsRole } from '../../schemas/types.ts';
import { rootContent } from '../metadata/role.ts';
import {
  currentHolders,
  lifeDays,
  needsTargets,
  nextRoot,
  nextTargets,
  type Ceremony,
  type CheckedCeremony,
} from './ceremony.ts';
import { describeLauncher } from './describe-launcher.ts';
import { launcherBytes, launcherFile, launcherIn } from './launcher-file.ts';

/** How far the clocks of two people's machines may differ. */
const clockToleranceDays = 1;

/**
 * @param registry the id in registry.yaml
 * @param launchers the bytes in trust/launcher/, by digest: a launcher is described again from its own
 * @throws Refusal E_FORMAT, E_VERSION, E_EXPIRED, E_DELEGATION, E_REGISTRY, E_ENVIRONMENT, E_KEY; E_DIGEST where the bytes of
 *   a launcher are missing; and what `openLauncher` throws
 */
export function checkProposals(
  state: Ceremony,
  registry: string,
  now: Date,
  launchers: ReadonlyMap<string, Uint8Array> = new Map(),
): CheckedCeremony {
  const { root, targets, proposedRoot, proposedTargets } = state;
  if (proposedRoot !== undefined) checkRoot(proposedRoot.signed, root?.signed, now);
  const holders = (proposedRoot ?? root)?.signed;
  if (proposedTargets !== undefined && holders !== undefined) {
    const { keyring } = proposedTargets;
    if (keyring.registry !== registry)
      throw new Refusal(
        'E_REGISTRY',
        `the proposed keyring is for the registry ${keyring.registry}, not for ${registry}`,
        doNotSign,
      );
    if (keyring.environment !== 'production')
      throw new Refusal(
        'E_ENVIRONMENT',
        `the proposed keyring is for ${keyring.environment}, not for production`,
        doNotSign,
      );
    openKeyring(keyring);
    checkTargets(proposedTargets.targets.signed, state, holders, launchers, now);
  } else if (proposedRoot !== undefined && (targets === undefined || needsTargets(root?.signed, proposedRoot.signed)))
    throw new Refusal(
      'E_FORMAT',
      'the proposed root has other keys for targets or snapshot, and no targets file is proposed with it',
      doNotSign,
    );
  return state as CheckedCeremony;
}

function checkRoot(signed: RootRole, before: RootRole | undefined, now: Date): void {
  const what = 'the proposed root';
  const composed = nextRoot(before, rootContent(currentHolders(signed)), now).signed;
  checkHead(what, signed, composed, lifeDays.root, now);
  for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
    const { keyids, threshold } = signed.roles[role];
    const different = new Set(keyids).size;
    if (threshold > different || different < keyids.length)
      throw new Refusal('E_FORMAT', `${what} asks for ${threshold} of ${different} different ${role} keys`, doNotSign);
  }
  checkSame(what, signed, composed);
}

function checkTargets(
  signed: TargetsRole,
  state: Ceremony,
  root: RootRole,
  launchers: ReadonlyMap<string, Uint8Array>,
  now: Date,
): void {
  const what = 'the proposed targets file';
  const { proposedTargets, targets } = state;
  if (proposedTargets === undefined) return;
  const named = { keyring: proposedTargets.keyring, launcher: composedLauncher(signed, launchers) };
  const composed = nextTargets(targets?.targets.signed, named, root, now);
  checkHead(what, signed, composed, lifeDays.targets, now);
  if (!sameJson(signed.delegations, composed.delegations))
    throw new Refusal(
      'E_DELEGATION',
      `${what} gives the bins to other keys than the snapshot keys of the root`,
      doNotSign,
    );
  checkSame(what, signed, composed);
}

/** From the bytes alone, so that nobody signs a version that they do not have. @throws Refusal E_DIGEST, and as above */
function composedLauncher(signed: TargetsRole, launchers: ReadonlyMap<string, Uint8Array>): LauncherFile | undefined {
  const named = launcherIn(signed);
  if (named === undefined) return undefined;
  const path = launcherFile(named.hashes.sha256);
  const bytes = launcherBytes(named, launchers);
  if (bytes !== undefined) return describeLauncher(bytes, path);
  throw new Refusal(
    'E_DIGEST',
    `the proposed targets file names a launcher of ${named.length} bytes, and ${path} is missing or has other ones`,
    'do not sign it: pull again. If the file is still missing, whoever proposed it has not committed it',
  );
}

function checkHead(
  what: string,
  signed: RootRole | TargetsRole,
  composed: RootRole | TargetsRole,
  days: number,
  now: Date,
): void {
  if (signed.version !== composed.version)
    throw new Refusal(
      'E_VERSION',
      `${what} has version ${signed.version}; the next one is ${composed.version}`,
      doNotSign,
    );
  const [expires, latest] = [new Date(signed.expires), daysAfter(now, days + clockToleranceDays)];
  if (expires <= now)
    throw new Refusal('E_EXPIRED', `${what} expired at ${signed.expires}`, 'propose it again, and sign the new one');
  if (expires > latest)
    throw new Refusal(
      'E_FORMAT',
      `${what} is valid until ${signed.expires}, longer than the ${days} days that it may be`,
      doNotSign,
    );
}

/** Everything except the end, which depends on the day of the proposal and was already checked. */
function checkSame<R extends RootRole | TargetsRole>(what: string, signed: R, composed: R): void {
  const [found, expected] = [signed, { ...composed, expires: signed.expires }].map(
    (role) => new Map<string, unknown>(Object.entries(role)),
  );
  for (const field of new Set([...(found?.keys() ?? []), ...(expected?.keys() ?? [])]))
    if (!sameJson(found?.get(field), expected?.get(field)))
      throw new Refusal(
        'E_FORMAT',
        `\`${field}\` of ${what} is not what this program composes from the keys`,
        doNotSign,
      );
}

const doNotSign =
  'do not sign it: it was not made by `registry root`, `registry keyring` or `registry launcher`. Find out who committed it';

export type ChangeKind = 'added' | 'removed' | 'changed' | 'unchanged';

/** A key of a role, by its whole id. */
export interface KeyChange {
  readonly id: string;
  readonly change: ChangeKind;
}

export interface RoleChange {
  readonly role: keyof RootRoles;
  readonly threshold: number;
  /** Absent if there was no root, or its threshold was the same. */
  readonly thresholdBefore?: number;
  readonly keys: readonly KeyChange[];
}

/** A key of the keyring as proposed; a removed key as it was before. */
export interface ApprovalKeyChange extends KeyChange {
  readonly key: ApprovalKey;
  /** Absent if the key is new or unchanged. */
  readonly before?: ApprovalKey;
  /** SHA-256 of every bundle of a revoked key that stays valid, or no longer does. */
  readonly bundles: readonly { readonly digest: string; readonly change: ChangeKind }[];
}

/** The host's own program as proposed; one that goes, as it was before. */
export interface LauncherChange {
  readonly change: ChangeKind;
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The version that it takes the place of. Absent if there was none, or it is the same program. */
  readonly before?: string;
  /** Set if that one is newer. */
  readonly older?: true;
}

/** What the proposals change: every key and every digest in them. */
export interface ProposedChanges {
  readonly root?: { readonly version: number; readonly expires: string; readonly roles: readonly RoleChange[] };
  readonly targets?: {
    readonly version: number;
    readonly expires: string;
    readonly registry: string;
    /** The keys that sign the bins. */
    readonly bins: readonly KeyChange[];
    readonly binThreshold: number;
    readonly keys: readonly ApprovalKeyChange[];
    /** SHA-256 of the keyring's bytes. */
    readonly keyring: string;
    /** Absent if there is no launcher, and was none. */
    readonly launcher?: LauncherChange;
  };
}

export function proposedChanges({ root, targets, proposedRoot, proposedTargets }: CheckedCeremony): ProposedChanges {
  const [now, next] = [proposedTargets?.targets.signed, proposedRoot?.signed];
  const launcher = launcherChange(launcherIn(targets?.targets.signed), launcherIn(now));
  return {
    ...(next !== undefined && {
      root: {
        version: next.version,
        expires: next.expires,
        roles: (['root', 'targets', 'snapshot', 'timestamp'] as const).map((role) => {
          const [is, was] = [next.roles[role], root?.signed.roles[role]];
          return {
            role,
            threshold: is.threshold,
            ...(was !== undefined && was.threshold !== is.threshold && { thresholdBefore: was.threshold }),
            keys: compared(was?.keyids ?? [], is.keyids).map(([id, change]) => ({ id, change })),
          };
        }),
      },
    }),
    ...(now !== undefined &&
      proposedTargets !== undefined && {
        targets: {
          version: now.version,
          expires: now.expires,
          registry: proposedTargets.keyring.registry,
          bins: compared(
            targets?.targets.signed.delegations.succinct_roles.keyids ?? [],
            now.delegations.succinct_roles.keyids,
          ).map(([id, change]) => ({ id, change })),
          binThreshold: now.delegations.succinct_roles.threshold,
          keys: approvalKeyChanges(targets?.keyring.keys ?? [], proposedTargets.keyring.keys),
          keyring: now.targets[keyringPath].hashes.sha256,
          ...(launcher !== undefined && { launcher }),
        },
      }),
  };
}

function launcherChange(was: LauncherFile | undefined, is: LauncherFile | undefined): LauncherChange | undefined {
  const file = is ?? was;
  if (file === undefined) return undefined;
  const change =
    is === undefined ? 'removed' : was === undefined ? 'added' : sameJson(was, is) ? 'unchanged' : 'changed';
  return {
    change,
    version: file.custom.version,
    sha256: file.hashes.sha256,
    bytes: file.length,
    ...(change === 'changed' && was !== undefined && replaced(was.custom.version, file.custom.version)),
  };
}

const replaced = (was: string, is: string): Pick<LauncherChange, 'before' | 'older'> => ({
  before: was,
  ...(lt(is, was) && { older: true }),
});

function approvalKeyChanges(was: readonly ApprovalKey[], is: readonly ApprovalKey[]): ApprovalKeyChange[] {
  const [before, after] = [byHint(was), byHint(is)];
  return compared([...before.keys()], [...after.keys()]).flatMap(([hint, change]): ApprovalKeyChange[] => {
    const [old, key] = [before.get(hint), after.get(hint) ?? before.get(hint)];
    if (key === undefined) return [];
    const differs = change === 'unchanged' && !sameJson(old, key);
    const stays = change === 'removed' ? [] : (key.revoked?.stillCount ?? []);
    return [
      {
        id: keyIdOf(metadataKey(Buffer.from(key.publicKey, 'base64'))),
        change: differs ? 'changed' : change,
        key,
        ...(differs && old !== undefined && { before: old }),
        bundles: compared(old?.revoked?.stillCount ?? [], stays).map(([digest, each]) => ({ digest, change: each })),
      },
    ];
  });
}

const byHint = (keys: readonly ApprovalKey[]): ReadonlyMap<string, ApprovalKey> =>
  new Map(keys.map((key) => [key.hint, key]));

/** First what is added or stays, then what is removed. */
function compared(before: readonly string[], after: readonly string[]): [string, ChangeKind][] {
  const [was, is] = [new Set(before), new Set(after)];
  return [
    ...[...is].map((each): [string, ChangeKind] => [each, was.has(each) ? 'unchanged' : 'added']),
    ...[...was].filter((each) => !is.has(each)).map((each): [string, ChangeKind] => [each, 'removed']),
  ];
}
