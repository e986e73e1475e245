/** Compares what a server may reach: gained and lost permissions. A change that makes a rule less strict counts as gained. */
import { sameJson } from '../../core/canonical.ts';
import { coversEgress } from '../../core/hosts.ts';
import type { DataClass, LifecycleEntry, Manifest } from '../../schemas/types.ts';
import { coversPath } from './covers.ts';
import { few } from './few.ts';
import { credentialChanges, launchChanges } from './launch.ts';
import { remoteChanges } from './remote.ts';
import type { NamedArea, NamedPermission, PermissionChange } from './types.ts';

/** Gained first, important ones before others. A new server gains everything; a deleted server loses everything. */
export function permissionChanges(was: Manifest | undefined, now: Manifest | undefined): PermissionChange[] {
  if (now === undefined && was === undefined) return [];
  if (now === undefined)
    return permissionChanges(undefined, was).map((gained) => {
      const { now: last, was: _, loud: __, ...permission } = gained;
      return { ...permission, change: 'lost', ...(last !== undefined && { was: last }) };
    });
  const found = [
    ...classChanges(was?.data_classification, now.data_classification),
    ...remoteChanges(was, now),
    ...listChanges('network', was?.permissions?.network, now.permissions?.network, {
      covers: coversEgress,
      isLoud: (permission) => /^\*:|:\*$/u.test(permission),
    }),
    ...fileChanges(was, now),
    ...listChanges('client', was?.permissions?.client, now.permissions?.client),
    ...launchChanges(was?.launch, now.launch),
    ...credentialChanges(was?.credentials, now.credentials),
    ...openListChanges('tool', 'every tool', was && [was.tools?.allow], now.tools?.allow),
    ...openListChanges('audience', 'everyone', was && [was.audience], now.audience),
    ...listChanges('scope', was?.scope, now.scope),
    // On a new server they are not a change.
    ...(was === undefined ? [] : [...labelChanges(was, now), ...pardons(was, now)]),
  ];
  return found.toSorted(
    (a, b) => Number(a.change === 'lost') - Number(b.change === 'lost') || Number(!a.loud) - Number(!b.loud),
  );
}

interface ListRules {
  readonly covers: (wide: string, narrow: string) => boolean;
  readonly isLoud: (permission: string) => boolean;
}

const exactly: ListRules = { covers: (wide, narrow) => wide === narrow, isLoud: () => false };

/** The entries that no entry of the other side covers, with the narrower entries that they replace. */
function listChanges(
  area: NamedArea,
  was: readonly string[] = [],
  now: readonly string[] = [],
  { covers, isLoud } = exactly,
): PermissionChange<NamedPermission>[] {
  const beyond = (these: readonly string[], those: readonly string[]): string[] =>
    [...new Set(these)].filter((one) => !those.some((other) => covers(other, one)));
  const within = (one: string, those: readonly string[]): string | undefined =>
    few(those.filter((other) => covers(one, other)));
  return [
    ...beyond(now, was).map((subject): PermissionChange<NamedPermission> => {
      const before = within(subject, was);
      return {
        change: 'gained',
        area,
        subject,
        ...(before !== undefined && { was: before }),
        ...(isLoud(subject) && { loud: true }),
      };
    }),
    ...beyond(was, now).map((subject): PermissionChange<NamedPermission> => {
      const after = within(subject, now);
      return { change: 'lost', area, subject, ...(after !== undefined && { now: after }) };
    }),
  ];
}

/** For lists whose absence allows everything. `was` is absent when the server is new. */
function openListChanges(
  area: NamedArea,
  all: string,
  was: readonly [list: readonly string[] | undefined] | undefined,
  now: readonly string[] | undefined,
): PermissionChange[] {
  const before = was?.[0];
  if (was === undefined) return listChanges(area, [], now ?? [all]);
  if (before !== undefined && now !== undefined) return listChanges(area, before, now);
  if (before !== undefined) return [{ change: 'gained', area, subject: all, was: few(before) ?? 'none', loud: true }];
  return now === undefined ? [] : [{ change: 'lost', area, subject: all, now: few(now) ?? 'none' }];
}

function fileChanges(was: Manifest | undefined, now: Manifest): PermissionChange[] {
  const [before, after] = [was?.permissions?.filesystem, now.permissions?.filesystem];
  const isLoud = (path: string): boolean => /^(?:\/|~\/?|[A-Za-z]:[\\/]?)$/u.test(path);
  const rules = { covers: coversPath, isLoud };
  // A path that may be written may also be read.
  const readable = (files: typeof before): string[] => [...(files?.write ?? []), ...(files?.read ?? [])];
  const reads = listChanges('read', readable(before), readable(after), rules).filter(
    // Reported once, as writing.
    ({ change, subject }) => !((change === 'gained' ? after : before)?.write ?? []).includes(subject),
  );
  const writes = listChanges('write', before?.write, after?.write, rules).map((found): PermissionChange => {
    const others = found.change === 'gained' ? before : after;
    if (!(others?.read ?? []).some((path) => coversPath(path, found.subject))) return found;
    return found.change === 'gained' ? { ...found, was: 'read only', loud: true } : { ...found, now: 'read only' };
  });
  return [...writes, ...reads];
}

const classes: readonly DataClass[] = ['public', 'internal', 'confidential', 'restricted'];

/** A lower class asks for fewer reviewers, a higher one opens more sensitive data: neither change counts as lost. */
function classChanges(was: DataClass | undefined, now: DataClass): PermissionChange[] {
  if (was === now) return [];
  if (was === undefined) return [{ change: 'gained', area: 'data-class', dataClass: now }];
  const isLowered = classes.indexOf(now) < classes.indexOf(was);
  return [
    {
      change: 'gained',
      area: 'data-class',
      dataClass: now,
      move: isLowered ? 'lowered' : 'raised',
      was,
      now,
      ...(isLowered && { loud: true }),
    },
  ];
}

/** Without the label, hosts treat the tool as harmless. */
function labelChanges(was: Manifest, now: Manifest): PermissionChange[] {
  const beyond = (these: Manifest, those: Manifest): { tool: string; label: string }[] =>
    Object.entries(these.tools?.labels ?? {}).flatMap(([tool, labels]) =>
      [...new Set<string>(labels).difference(new Set(labelsOf(those, tool)))].map((label) => ({ tool, label })),
    );
  return [
    ...beyond(was, now).map((each): PermissionChange => ({ change: 'gained', area: 'label', ...each, loud: true })),
    ...beyond(now, was).map((each): PermissionChange => ({ change: 'lost', area: 'label', ...each })),
  ];
}

/** A tool may have any name, `constructor` too. */
const labelsOf = ({ tools }: Manifest, tool: string): readonly string[] =>
  new Map(Object.entries(tools?.labels ?? {})).get(tool) ?? [];

/** Revocations and withdrawals that were removed or changed. */
function pardons(was: Manifest, now: Manifest): PermissionChange[] {
  const ended = ({ state }: LifecycleEntry): boolean => state !== 'deprecated';
  return (was.lifecycle ?? [])
    .filter((entry) => ended(entry) && !(now.lifecycle ?? []).some((other) => sameJson(entry, other)))
    .map(({ state, versions, reason }) => ({
      change: 'gained',
      area: 'lifecycle',
      state,
      versions: typeof versions === 'string' ? versions : versions.join(', '),
      was: reason,
      loud: true,
    }));
}
