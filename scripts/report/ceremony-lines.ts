/** A ceremony in words: what counts, what is proposed, who has signed, who is missing, and what to run next. */
import { sameJson } from '../../core/canonical.ts';
import { daysAfter } from '../../core/time.ts';
import type { ApprovalKey, MetadataRole, RootRole } from '../../schemas/types.ts';
import { progressOf } from '../../signer/ceremony/ceremony.ts';
import type { TrustFolder } from '../../signer/ceremony/trust-folder.ts';

export interface CeremonyState {
  readonly root: { readonly version: number; readonly expires: string } | null;
  readonly targets: { readonly version: number; readonly expires: string } | null;
  readonly holders: Readonly<Record<string, { readonly names: readonly string[]; readonly threshold: number }>>;
  readonly proposals: readonly {
    readonly what: string;
    readonly groups: readonly {
      readonly namedBy: string;
      readonly signed: readonly string[];
      readonly missing: readonly string[];
      readonly wanting: number;
    }[];
  }[];
  readonly next: string;
}

export function ceremonyState({ ceremony, names }: TrustFolder, now: Date): CeremonyState {
  const { root, targets, proposedRoot } = ceremony;
  const name = (keyid: string): string => names.get(keyid) ?? `${keyid.slice(0, 12)}…`;
  const proposals = progressOf(ceremony).map(({ what, groups }) => ({
    what,
    groups: groups.map(({ namedBy, signed, missing, wanting }) => ({
      namedBy,
      signed: signed.map(name),
      missing: missing.map(name),
      wanting,
    })),
  }));
  const roles = (proposedRoot ?? root)?.signed.roles;
  const holders = ({ keyids, threshold }: MetadataRole): CeremonyState['holders'][string] => ({
    names: keyids.map(name),
    threshold,
  });
  const soon = (file: { readonly expires: string } | undefined): boolean =>
    file !== undefined && daysAfter(now, renewDays) >= new Date(file.expires);
  return {
    root: headOf(root?.signed),
    targets: headOf(targets?.targets.signed),
    holders:
      roles === undefined ? {} : Object.fromEntries(Object.entries(roles).map(([role, of]) => [role, holders(of)])),
    proposals,
    next:
      proposals.length > 0
        ? 'let those who are missing run `registry root sign --key <address>`, and commit trust/'
        : root === undefined
          ? 'begin with `registry root init`'
          : soon(root.signed)
            ? 'renew the root: `registry root rotate`'
            : soon(targets?.targets.signed)
              ? 'renew the targets file: `registry keyring renew`'
              : 'nothing; `registry trust export` writes what hosts need',
  };
}

/** How long before its end a file is to be renewed: several people must find the time. */
const renewDays = 60;

const headOf = (role: Pick<RootRole, 'version' | 'expires'> | undefined): CeremonyState['root'] =>
  role === undefined ? null : { version: role.version, expires: role.expires };

export function ceremonyLines({ root, targets, holders, proposals, next }: CeremonyState): string[] {
  const head = (what: string, file: CeremonyState['root']): string =>
    file === null ? `${what}: none yet` : `${what} ${file.version} counts until ${file.expires}`;
  return [
    head('root', root),
    head('targets', targets),
    ...Object.entries(holders).map(([role, { names, threshold }]) => `  ${role}: ${threshold} of ${names.join(', ')}`),
    ...proposals.flatMap(({ what, groups }) => [
      `proposed: ${what}`,
      ...groups.map(
        ({ namedBy, signed, missing, wanting }) =>
          `  keys of ${namedBy}: signed by ${signed.join(', ') || 'nobody'}${
            wanting === 0 ? ', which is enough' : `; ${wanting} more of ${missing.join(', ')}`
          }`,
      ),
    ]),
    `next: ${next}`,
  ];
}

/**
 * What somebody is asked to sign, against what counts now. Names are anybody's to write; ids are what is signed, and
 * what people read to each other.
 */
export function proposalLines({ ceremony, names }: TrustFolder): string[] {
  const { root, targets, proposedRoot, proposedTargets } = ceremony;
  const lines: string[] = [];
  if (proposedRoot !== undefined) {
    lines.push(`root ${proposedRoot.signed.version}, until ${proposedRoot.signed.expires}`);
    for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
      const { keyids, threshold } = proposedRoot.signed.roles[role];
      const before = root?.signed.roles[role];
      lines.push(`  ${role}: ${threshold} of ${keyids.length}${changed(before?.threshold, threshold)}`);
      for (const keyid of new Set([...keyids, ...(before?.keyids ?? [])]))
        lines.push(`    ${mark(before?.keyids, keyids, keyid)} ${keyid}  ${names.get(keyid) ?? 'nobody known'}`);
    }
  }
  if (proposedTargets !== undefined) {
    lines.push(`keyring, until ${proposedTargets.targets.signed.expires}`);
    const [was, is] = [targets?.keyring.keys ?? [], proposedTargets.keyring.keys];
    const hints = (keys: readonly ApprovalKey[]): string[] => keys.map(({ hint }) => hint);
    for (const key of new Map([...was, ...is].map((each) => [each.hint, each])).values()) {
      const old = was.find(({ hint }) => hint === key.hint);
      const sign = old !== undefined && !sameJson(old, key) ? '~' : mark(hints(was), hints(is), key.hint);
      lines.push(`    ${sign} ${key.hint}  ${countsHow(key)}`);
    }
  }
  return lines;
}

/** Added, removed or as before; where there was nothing before, everything is as proposed. */
function mark(before: readonly string[] | undefined, after: readonly string[], each: string): string {
  if (before === undefined || before.length === 0) return '+';
  if (!after.includes(each)) return '-';
  return before.includes(each) ? ' ' : '+';
}

const changed = (before: number | undefined, after: number): string =>
  before === undefined || before === after ? '' : ` (${before} until now)`;

/** How far an approval key counts, in words. */
export const countsHow = ({ validFrom, validUntil, revoked }: ApprovalKey): string =>
  revoked === undefined
    ? `counts from ${validFrom} ${validUntil === undefined ? 'on' : `until ${validUntil}`}`
    : `revoked ${revoked.since} (${revoked.reason}); ${revoked.stillCount.length} approvals still count`;
