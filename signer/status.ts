/** The status: what is revoked. */
import { sameJson } from '../core/canonical.ts';
import { Failure } from '../core/failure.ts';
import { statusFormat } from '../core/formats.ts';
import { holds, isEnded } from '../core/lifecycle.ts';
import { withoutRevocation, type OpenKeyring } from '../core/keyring.ts';
import { maxStatusBytes, statusLifeDays } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { openStatement, statementType, statusPredicateType } from '../core/statement.ts';
import { daysAfter, toSecond } from '../core/time.ts';
import type { Environment, Revocation, StatusStatement } from '../schemas/types.ts';
import { signStatement } from './bundle.ts';
import type { SigningKey } from './keys/signing-key.ts';
import type { State, Stored } from './state/state.ts';
import type { Published, StoredApproval } from '../catalog/published.ts';

type StatusContent = Pick<StatusStatement, 'subject'> & Pick<StatusStatement['predicate'], 'revoked' | 'oldest'>;

/** What a status says, apart from its number and its time. */
const contentOf = (
  published: readonly Published[],
  registryFile: string,
  before: StatusStatement | undefined,
): StatusContent => {
  const asked = published.flatMap(({ name, lifecycle }) => lifecycle.flatMap((entry) => revocation(name, entry)));
  return {
    subject: [{ name: 'registry.yaml', digest: { sha256: registryFile } }],
    revoked: [...asked, ...takenBack(published, asked, before)].sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
    ),
    oldest: [],
  };
};

/**
 * Revocations of the last status that lifecycles no longer ask for. They stay: an edit of a lifecycle passes without a
 * scan, so it may never make a version run again. Only an approval that is newer than the revocation may.
 */
function takenBack(
  published: readonly Published[],
  asked: readonly Revocation[],
  before: StatusStatement | undefined,
): Revocation[] {
  if (before === undefined) return [];
  const { revoked, issuedAt } = before.predicate;
  const servers = new Map(published.map((server) => [server.name, server]));
  return revoked.filter(({ name, versions }) => {
    const server = servers.get(name);
    if (server === undefined) return true;
    const still = asked.filter((entry) => entry.name === name);
    return server.versions.some(
      (approval) =>
        holds(versions, approval.version) &&
        !still.some((entry) => holds(entry.versions, approval.version)) &&
        !isNewer(approval, server, new Date(issuedAt)),
    );
  });
}

/**
 * Whether a version was approved after it was revoked. Where history holds both, its order decides: the status is signed
 * again every day, and a day may pass between a merge and its approval. Where it does not, the approval has to be newer
 * than the last status.
 */
function isNewer(
  { version, commit: source, approvedAt }: StoredApproval,
  { committed = [] }: Published,
  issuedAt: Date,
): boolean {
  const approved = committed.findLastIndex(({ commit }) => commit === source);
  const ended = committed.findLastIndex(({ lifecycle }) => isEnded(lifecycle, version));
  return approved < 0 || ended < 0 ? new Date(approvedAt) > issuedAt : approved > ended;
}

function revocation(name: string, entry: Published['lifecycle'][number]): Revocation[] {
  if (entry.state === 'deprecated') return [];
  const { versions, state, since, reason, advisory } = entry;
  return [{ name, versions, state, since, reason, ...(advisory !== undefined && { advisory }) }];
}

/** Who signs, and for whom. */
export interface StatusSigner {
  readonly registry: string;
  /** SHA-256 of registry.yaml. */
  readonly registryFile: string;
  readonly environment: Environment;
  readonly key: SigningKey;
  readonly keyring: OpenKeyring;
}

/** A status is renewed after this many of its seven days, though nothing changed. */
const renewAfterDays = 1;

/** Where a state keeps it. */
const statusFile = 'status.json';

/** How often another signer may be first before we give up. */
const maxTries = 10;

/**
 * The status of a state: kept as it is while it says what is so and is young enough, signed again otherwise. Where
 * another signer was first, what it signed is looked at again. Gives whether it was signed again.
 * @throws Failure `status` where it is damaged, or others sign all the time
 */
export async function updateStatus(
  state: State,
  published: readonly Published[],
  signer: StatusSigner,
  now: Date,
): Promise<boolean> {
  for (let tries = 1; tries <= maxTries; tries++) {
    const { signed, overtaken } = await tryUpdate(state, published, signer, now);
    if (!overtaken) return signed;
  }
  throw new Failure(
    'status',
    `${state.place(statusFile)} cannot be brought up to date: other processes sign it all the time`,
    'let them end first, and run the command again',
  );
}

async function tryUpdate(
  state: State,
  published: readonly Published[],
  { registry, registryFile, environment, key, keyring }: StatusSigner,
  now: Date,
): Promise<{ readonly signed: boolean; readonly overtaken: boolean }> {
  const found = await readStatus(state, keyring);
  const before = found?.statement;
  const content = contentOf(published, registryFile, before);
  const young = before !== undefined && isYoung(new Date(before.predicate.issuedAt), now);
  if (young && !found?.worthless && says(before, content)) return { signed: false, overtaken: false };
  const { subject, revoked, oldest } = content;
  const statement: StatusStatement = {
    _type: statementType,
    subject,
    predicateType: statusPredicateType,
    predicate: {
      schemaVersion: 1,
      environment,
      registry,
      sequence: (before?.predicate.sequence ?? 0) + 1,
      issuedAt: toSecond(now),
      expiresAt: toSecond(daysAfter(now, statusLifeDays)),
      revoked,
      oldest,
    },
  };
  const bytes = await signStatement(statement, key, keyring);
  const signed = await state.replace(statusFile, bytes, found?.version);
  return { signed, overtaken: !signed };
}

/** One of the future was signed by a clock that was wrong: hosts refuse it, and it would never grow old. */
const isYoung = (issuedAt: Date, now: Date): boolean => issuedAt <= now && now < daysAfter(issuedAt, renewAfterDays);

/** What a status still revokes though no lifecycle asks for it any more. */
export function standingRevocations(status: StatusStatement, published: readonly Published[]): Revocation[] {
  const asked = published.flatMap(({ name, lifecycle }) => lifecycle.flatMap((entry) => revocation(name, entry)));
  return status.predicate.revoked.filter((entry) => !asked.some((other) => sameJson(entry, other)));
}

/** Whether a status says what is so now. */
export const isStatusCurrent = (
  status: StatusStatement,
  published: readonly Published[],
  registryFile: string,
): boolean => says(status, contentOf(published, registryFile, status));

function says({ subject, predicate: { revoked, oldest } }: StatusStatement, content: StatusContent): boolean {
  return sameJson({ subject, revoked, oldest }, content);
}

/** A status that was signed before. */
export interface StatusFile extends Stored {
  readonly statement: StatusStatement;
  /** Whether hosts refuse it, because the key that signed it was revoked. */
  readonly worthless: boolean;
}

/**
 * The status of a state; nothing where there is none. One that a key signed which was revoked since still says what
 * was revoked: the file is the signer's own. It is to be signed again.
 * @throws Failure `status` where it is damaged
 */
export async function readStatus(state: State, keyring: OpenKeyring): Promise<StatusFile | undefined> {
  const stored = await state.read(statusFile, maxStatusBytes);
  if (stored === undefined) return undefined;
  const { bytes } = stored;
  const file = state.place(statusFile);
  const open = (by: OpenKeyring): StatusStatement =>
    openStatement(statusFormat, statusPredicateType, bytes, by, file).statement;
  try {
    return { ...stored, statement: open(keyring), worthless: false };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    if (cause.code === 'E_KEY_REVOKED')
      return { ...stored, statement: open(withoutRevocations(keyring)), worthless: true };
    throw new Failure(
      'status',
      `${file} cannot be used: ${cause.message}`,
      'restore it from a copy: hosts refuse a status with a lower number. In development, delete the folder around it',
      { cause },
    );
  }
}

const withoutRevocations = (keyring: OpenKeyring): OpenKeyring => ({
  ...keyring,
  keys: new Map([...keyring.keys].map(([hint, key]) => [hint, withoutRevocation(key)])),
});
