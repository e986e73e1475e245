/** A ceremony in words: what counts, what is proposed, who has signed, who is missing, and what to run next. */
import { daysAfter } from '../../core/time.ts';
import type { MetadataRole, RootRole } from '../../schemas/types.ts';
import { progressOf } from '../../signer/ceremony.ts';
import type { TrustFolder } from './trust-folder.ts';

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
