/**
 * The offline part of the repository metadata in production: root, targets and keyring. Each change is a proposal that
 * people sign one after the other, on their own machines. A proposal is valid once enough of them have signed.
 */
import { sameJson } from '../../core/canonical.ts';
import { Failure } from '../../core/failure.ts';
import {
  checkSigned,
  keyIdOf,
  metadataKey,
  signersOf,
  specVersion,
  type Metadata,
  type Signers,
} from '../../core/metadata.ts';
import { Refusal } from '../../core/refusal.ts';
import { daysAfter, toSecond } from '../../core/time.ts';
import type { Keyring, LauncherFile, RootRole, RootRoles, TargetsRole } from '../../schemas/types.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import {
  addSignature,
  holdersOf,
  keyringBytes,
  rootContent,
  targetsContent,
  type Content,
  type Holders,
} from '../metadata/role.ts';
import { launcherIn } from './launcher-file.ts';

/** A targets file with the keyring that it names. */
export interface Targets {
  readonly targets: Metadata<TargetsRole>;
  readonly keyring: Keyring;
}

/** What is valid now, and what is proposed. */
export interface Ceremony {
  readonly root?: Metadata<RootRole>;
  readonly targets?: Targets;
  readonly proposedRoot?: Metadata<RootRole>;
  readonly proposedTargets?: Targets;
}

declare const checked: unique symbol;

/** A ceremony whose proposals equal what this program composes itself. Only `checkProposals` makes one. */
export type CheckedCeremony = Ceremony & { readonly [checked]: true };

export type HoldersByRole = Readonly<Record<keyof RootRoles, Holders>>;

/** How long a root and a targets file are valid. */
export const lifeDays = { root: 365, targets: 180 };

/** The first proposal. @throws Failure `ceremony` if there is already a root */
export function begin(state: Ceremony, holders: HoldersByRole, keyring: Keyring, now: Date): Ceremony {
  if (state.root !== undefined || state.proposedRoot !== undefined)
    throw new Failure('ceremony', 'there is a root already', 'change it with `registry root rotate`');
  return proposeTargets({ proposedRoot: nextRoot(undefined, rootContent(holders), now) }, keyring, now);
}

/**
 * Proposes a root with other holders, or with the same holders for another year. If its targets or snapshot keys
 * change, the targets file is proposed again too, because the targets keys sign it and it names the snapshot keys for
 * the bins.
 */
export function proposeRoot(state: Ceremony, holders: HoldersByRole, now: Date): Ceremony {
  const { root } = state;
  if (root === undefined) throw noRoot();
  const proposed = { ...state, proposedRoot: nextRoot(root.signed, rootContent(holders), now) };
  const { targets, keyring } = state.proposedTargets ?? state.targets ?? {};
  if (targets === undefined || keyring === undefined) return proposed;
  const next = proposed.proposedRoot.signed;
  const composed = nextTargets(state.targets?.targets.signed, { keyring, launcher: undefined }, next, now);
  const stale = state.proposedTargets !== undefined && !sameJson(targets.signed.delegations, composed.delegations);
  return stale || needsTargets(root.signed, next) ? proposeTargets(proposed, keyring, now) : proposed;
}

/** Whether a root needs a new targets file: its targets or snapshot keys have changed. */
export function needsTargets(before: RootRole | undefined, next: RootRole): boolean {
  if (before === undefined) return true;
  const [was, is] = [currentHolders(before), currentHolders(next)];
  return !sameHolders(was.targets, is.targets) || !sameHolders(was.snapshot, is.snapshot);
}

const sameHolders = (a: Holders, b: Holders): boolean =>
  a.threshold >= b.threshold && sameJson(a.keys.map(keyIdOf).sort(), b.keys.map(keyIdOf).sort());

/**
 * Proposes a keyring, with the launcher that is named already. Signatures of an earlier proposal are dropped, because they
 * are over other content.
 */
export const proposeTargets = (state: Ceremony, keyring: Keyring, now: Date): Ceremony =>
  propose(state, { keyring, launcher: launcherIn((state.proposedTargets ?? state.targets)?.targets.signed) }, now);

/** Proposes a launcher, or none, with the keyring that is there already. @throws Failure `ceremony` if there is none */
export function proposeLauncher(state: Ceremony, launcher: LauncherFile | undefined, now: Date): Ceremony {
  const { keyring } = state.proposedTargets ?? state.targets ?? {};
  if (keyring === undefined) throw noRoot();
  return propose(state, { keyring, launcher }, now);
}

function propose(state: Ceremony, named: Named, now: Date): Ceremony {
  const root = (state.proposedRoot ?? state.root)?.signed;
  if (root === undefined) throw noRoot();
  const signed = nextTargets(state.targets?.targets.signed, named, root, now);
  return { ...state, proposedTargets: { targets: { signatures: [], signed }, keyring: named.keyring } };
}

/** What a targets file names itself. */
export interface Named {
  readonly keyring: Keyring;
  readonly launcher: LauncherFile | undefined;
}

/**
 * The targets file that follows another one. It names the keyring, the launcher where there is one, and the root's snapshot
 * keys for the bins.
 */
export const nextTargets = (
  before: TargetsRole | undefined,
  { keyring, launcher }: Named,
  root: RootRole,
  now: Date,
): TargetsRole => ({
  _type: 'targets',
  spec_version: specVersion,
  version: (before?.version ?? 0) + 1,
  expires: toSecond(daysAfter(now, lifeDays.targets)),
  ...targetsContent(keyringBytes(keyring), holdersOf(signersOf(root, 'snapshot')), launcher),
});

/** The root that follows another one. */
export const nextRoot = (before: RootRole | undefined, content: Content<RootRole>, now: Date): Metadata<RootRole> => ({
  signatures: [],
  signed: {
    _type: 'root',
    spec_version: specVersion,
    version: (before?.version ?? 0) + 1,
    expires: toSecond(daysAfter(now, lifeDays.root)),
    ...content,
  },
});

const noRoot = (): Failure => new Failure('ceremony', 'there is no root yet', 'begin with `registry root init`');

/** One group whose signatures a proposal needs. */
export interface Group {
  /** Which file names these keys: `root 1`. */
  readonly namedBy: string;
  readonly signed: readonly string[];
  readonly missing: readonly string[];
  /** How many more must sign. */
  readonly wanting: number;
}

/** A proposal, and who has signed it. */
export interface Progress {
  readonly what: string;
  readonly metadata: Metadata<RootRole> | Metadata<TargetsRole>;
  readonly groups: readonly Group[];
}

/** The proposals, in the order in which they become valid. */
export function progressOf(state: Ceremony): Progress[] {
  const { root, proposedRoot, proposedTargets } = state;
  const progress: Progress[] = [];
  if (proposedRoot !== undefined) {
    const { signed } = proposedRoot;
    // 5.3.4 of the specification: the root before it, and itself.
    const groups = [...(root === undefined ? [] : [root.signed]), signed];
    progress.push({
      what: `root ${signed.version}`,
      metadata: proposedRoot,
      groups: groups.map((by) => groupOf(proposedRoot, signersOf(by, 'root'), `root ${by.version}`)),
    });
  }
  const by = (proposedRoot ?? root)?.signed;
  if (proposedTargets !== undefined && by !== undefined)
    progress.push({
      what: `targets ${proposedTargets.targets.signed.version}`,
      metadata: proposedTargets.targets,
      groups: [groupOf(proposedTargets.targets, signersOf(by, 'targets'), `root ${by.version}`)],
    });
  return progress;
}

function groupOf(metadata: Metadata<RootRole> | Metadata<TargetsRole>, signers: Signers, namedBy: string): Group {
  const keyids = [...new Set(signers.keyids)];
  const signed = keyids.filter((keyid) => isSignedBy(metadata, signers, keyid));
  return {
    namedBy,
    signed,
    missing: keyids.filter((keyid) => !signed.includes(keyid)),
    wanting: Math.max(0, signers.threshold - signed.length),
  };
}

/** A signature that does not verify is not counted. */
function isSignedBy(metadata: Metadata<RootRole> | Metadata<TargetsRole>, { keys }: Signers, keyid: string): boolean {
  try {
    checkSigned(metadata, { keys, keyids: [keyid], threshold: 1 }, keyid);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

const isDone = ({ groups }: Progress): boolean => groups.every(({ wanting }) => wanting === 0);

/** Adds a key's signature to every proposal that the key may sign. Returns those proposals. */
export async function signProposals(
  state: CheckedCeremony,
  key: SigningKey,
): Promise<{ readonly state: Ceremony; readonly signed: readonly string[] }> {
  const keyid = keyIdOf(metadataKey(await key.publicKey()));
  const counts = progressOf(state).filter(({ groups }) =>
    groups.some(({ signed, missing }) => signed.includes(keyid) || missing.includes(keyid)),
  );
  let { proposedRoot, proposedTargets } = state;
  for (const { metadata } of counts)
    if (metadata === proposedRoot) proposedRoot = await addSignature(proposedRoot, key);
    else if (metadata === proposedTargets?.targets)
      proposedTargets = { ...proposedTargets, targets: await addSignature(proposedTargets.targets, key) };
  return {
    state: {
      ...state,
      ...(proposedRoot !== undefined && { proposedRoot }),
      ...(proposedTargets !== undefined && { proposedTargets }),
    },
    signed: counts.map(({ what }) => what),
  };
}

/** Makes proposals valid that enough people have signed: first the root, then the targets file that its keys signed. */
export function conclude(state: Ceremony): Ceremony {
  const [first, second] = progressOf(state);
  if (first === undefined || !isDone(first)) return state;
  const { proposedRoot, proposedTargets, ...rest } = state;
  if (first.metadata !== proposedRoot)
    return { ...rest, ...(proposedTargets !== undefined && { targets: proposedTargets }) };
  const withRoot = { ...rest, root: proposedRoot };
  if (proposedTargets === undefined) return withRoot;
  if (second !== undefined && isDone(second)) return { ...withRoot, targets: proposedTargets };
  return { ...withRoot, proposedTargets };
}

/** The holders of each role, as the newest root names them. */
export const currentHolders = (root: RootRole): HoldersByRole => ({
  root: holdersOf(signersOf(root, 'root')),
  targets: holdersOf(signersOf(root, 'targets')),
  snapshot: holdersOf(signersOf(root, 'snapshot')),
  timestamp: holdersOf(signersOf(root, 'timestamp')),
});
