/** A ceremony in words: what is valid, what is proposed, who has signed, who is missing, and what to run next. */
import { daysAfter } from '../../core/time.ts';
import type { ApprovalKey, MetadataRole, RootRole } from '../../schemas/types.ts';
import { progressOf } from '../../signer/ceremony/ceremony.ts';
import type {
  ApprovalKeyChange,
  ChangeKind,
  KeyChange,
  LauncherChange,
  ProposedChanges,
} from '../../signer/ceremony/proposal.ts';
import { renewDays } from '../../signer/ends-soon.ts';
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

const headOf = (role: Pick<RootRole, 'version' | 'expires'> | undefined): CeremonyState['root'] =>
  role === undefined ? null : { version: role.version, expires: role.expires };

export function ceremonyLines({ root, targets, holders, proposals, next }: CeremonyState): string[] {
  const head = (what: string, file: CeremonyState['root']): string =>
    file === null ? `${what}: none yet` : `${what} ${file.version} is valid until ${file.expires}`;
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
 * What somebody is asked to sign, against what is valid now: every key by its whole id, and every digest. Names come
 * from a file that nobody signs.
 */
export function proposalLines(changes: ProposedChanges, names: ReadonlyMap<string, string>): string[] {
  const { root, targets } = changes;
  const keyLine = ({ id, change }: KeyChange): string => `    ${padded(change)} ${id}  ${names.get(id) ?? 'no name'}`;
  return [
    ...(root === undefined
      ? []
      : [
          `root ${root.version}, valid until ${root.expires}`,
          ...root.roles.flatMap(({ role, threshold, thresholdBefore, keys }) => [
            `  ${role}: ${threshold} must sign${thresholdBefore === undefined ? '' : ` (${thresholdBefore} until now)`}`,
            ...keys.map(keyLine),
          ]),
        ]),
    ...(targets === undefined
      ? []
      : [
          `targets ${targets.version}, valid until ${targets.expires}`,
          `  bins, which name every record: ${targets.binThreshold} must sign`,
          ...targets.bins.map(keyLine),
          `  approval keys of ${targets.registry}, in the keyring with SHA-256 ${targets.keyring}`,
          ...targets.keys.flatMap((each) => [keyLine(each), ...approvalKeyLines(each)]),
          ...(targets.launcher === undefined ? [] : launcherLines(targets.launcher)),
        ]),
    'names are not signed: compare each id with the one that its holder reads to you',
  ];
}

const approvalKeyLines = ({ key, before, bundles }: ApprovalKeyChange): string[] => [
  `      hint ${key.hint}`,
  `      ${validity(key)}${before === undefined ? '' : `; until now ${validity(before)}`}`,
  ...bundles.map(({ digest, change }) => `      ${padded(change)} bundle ${digest} stays valid`),
];

/** Whoever signs can make the same bytes: nothing else says what is in them. */
const launcherLines = ({ change, version, sha256, bytes, before, older }: LauncherChange): string[] => [
  '  the launcher, which proves everything else on each machine',
  `    ${padded(change)} ${sha256}`,
  `      countersign ${version}, ${bytes} bytes${before === undefined ? '' : `; until now ${before}${older ? ', which is NEWER' : ''}`}`,
  ...(change === 'added' || change === 'changed'
    ? [
        `      pack it yourself at the commit of ${version}, and compare: \`npm ci && npm run pack:host\`, \`sha256sum countersign-${version}.tgz\``,
      ]
    : []),
];

/** As wide as the longest of them. */
const padded = (change: ChangeKind): string => change.padEnd('unchanged'.length);

/** From when until when an approval key is valid, in words. */
export const validity = ({ validFrom, validUntil, revoked }: ApprovalKey): string =>
  revoked === undefined
    ? `valid from ${validFrom} ${validUntil === undefined ? 'on' : `until ${validUntil}`}`
    : `revoked ${revoked.since} (${JSON.stringify(revoked.reason)}); approvals that stay valid: ${revoked.stillCount.length}`;
