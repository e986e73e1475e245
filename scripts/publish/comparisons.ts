/** What changed from each version of a server to the next, cut so that one server cannot fill a page without end. */
import { sha256 } from '../../core/digest.ts';
import { permissionText } from '../../review/diff/permission-words.ts';
import { diffServer } from '../../review/diff/server.ts';
import type { FieldChange, Instruction, ListDiff, OfferChange, ServerDiff } from '../../review/diff/types.ts';
import type { Comparison, OfferMove, OffersComparison, PermissionMove, TextMove } from '../../schemas/types.ts';
import type { ExportedVersion } from './exports/export.ts';

/** Pairs of versions that get a page. */
const maxComparisons = 20;
const maxPermissions = 200;
const maxOffers = 200;
const maxTextsOfOffer = 20;
const maxFields = 100;
const maxPackages = 500;

/** `versions` are the newest first, as they are published. */
export const comparisonsOf = (name: string, versions: readonly ExportedVersion[]): Comparison[] =>
  versions.slice(0, maxComparisons).flatMap((newer, index) => {
    const older = versions[index + 1];
    return older === undefined ? [] : [comparison(name, older, newer)];
  });

/**
 * The last part of a comparison's address. A version may hold what an address or a folder cannot: it is replaced, and a
 * digest keeps apart what would be the same then.
 */
export const comparisonPath = (older: string, newer: string): string => `${pathPart(older)}...${pathPart(newer)}`;

function pathPart(version: string): string {
  const plain = version.replace(/[^A-Za-z0-9._-]/gu, '_');
  return plain === version ? version : `${plain}-${sha256(version).slice(0, 8)}`;
}

function comparison(name: string, older: ExportedVersion, newer: ExportedVersion): Comparison {
  const side = (version: ExportedVersion) => ({
    manifest: version.approval.statement.predicate.server,
    lock: version.lock(),
  });
  const diff = diffServer(name, side(older), side(newer));
  const { places, packages } = diff.closure;
  return {
    path: comparisonPath(older.approval.version, newer.approval.version),
    older: older.approval.version,
    newer: newer.approval.version,
    permissions: diff.permissions.slice(0, maxPermissions).map(permissionMove),
    permissionsLeft: left(diff.permissions, maxPermissions),
    tools: offersComparison('tools', diff.tools),
    others: diff.others
      .filter(({ changes }) => changes.length > 0)
      .map((others) => offersComparison(others.list, others)),
    fields: diff.fields.slice(0, maxFields).map(textMove),
    fieldsLeft: left(diff.fields, maxFields),
    instructions: instructionMoves(diff.tools.instructions),
    packages: {
      ...places,
      changes: packages.slice(0, maxPackages).map(({ name: label, change, was, now, alarms }) => ({
        ...{ name: label, change },
        ...{ was: [...was], now: [...now], alarms: alarms.map((alarm) => alarm.toWellFormed()) },
      })),
      left: left(packages, maxPackages),
    },
  };
}

const left = (all: readonly unknown[], shown: number): number => Math.max(0, all.length - shown);

const permissionMove = (permission: ServerDiff['permissions'][number]): PermissionMove => {
  const { change, area, was, now, loud } = permission;
  return {
    change,
    area,
    subject: permissionText(permission).toWellFormed(),
    ...texts({ was, now }),
    ...(loud && { loud }),
  };
};

const offersComparison = (list: OffersComparison['list'], { total, changes }: ListDiff): OffersComparison => ({
  list,
  ...total,
  changes: changes.slice(0, maxOffers).map(offerMove),
  left: left(changes, maxOffers),
});

/** Of something new, everything is new: its own page shows it. */
const offerMove = ({ name, change, count, changes }: OfferChange): OfferMove => {
  const shown = change === 'changed' ? changes.slice(0, maxTextsOfOffer) : [];
  return { name, change, texts: shown.map(textMove), left: change === 'changed' ? count - shown.length : 0 };
};

const textMove = ({ field, was, now, loud, words }: FieldChange): TextMove => ({
  field: field.toWellFormed(),
  // The words hold both texts.
  ...(words === undefined
    ? texts({ was, now })
    : { words: words.map(({ kind, text }) => ({ kind, text: text.toWellFormed() })) }),
  ...(loud && { loud }),
});

const texts = ({ was, now }: { readonly was: string | undefined; readonly now: string | undefined }) => ({
  // What was cut to a length may end in half a character, which JSON cannot hold.
  ...(was !== undefined && { was: was.toWellFormed() }),
  ...(now !== undefined && { now: now.toWellFormed() }),
});

const instructionMoves = ({ added, removed }: ServerDiff['tools']['instructions']): TextMove[] => {
  const textOf = ({ sha256: digest, text }: Instruction): string => text ?? `SHA-256 ${digest}`;
  return [
    ...added.map((each): TextMove =>
      each.change === undefined ? { field: 'instructions', now: textOf(each) } : textMove(each.change),
    ),
    ...removed.map((each): TextMove => ({ field: 'instructions', was: textOf(each) })),
  ];
};
