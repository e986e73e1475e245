/** What a server may reach, gained and lost. Whatever makes a rule laxer counts as gained, whichever way it is written. */
import { sameJson } from '../../core/canonical.ts';
import { coversEgress } from '../../core/hosts.ts';
import type { DataClass, LifecycleEntry, Manifest, Remote } from '../../schemas/types.ts';
import { coversPath } from './covers.ts';
import { few } from './few.ts';
import { credentialChanges, launchChanges } from './launch.ts';
import type { Area, PermissionChange } from './types.ts';

/** Gained first, loud ones before the others; of a new server everything is gained, of a deleted one lost. */
export function permissionChanges(was: Manifest | undefined, now: Manifest | undefined): PermissionChange[] {
  if (now === undefined && was === undefined) return [];
  if (now === undefined)
    return permissionChanges(undefined, was).map(({ area, subject, now: last }) => ({
      change: 'lost',
      area,
      subject,
      ...(last !== undefined && { was: last }),
    }));
  const found = [
    ...classChanges(was?.data_classification, now.data_classification),
    ...remoteChanges(was, now),
    ...listChanges('network', was?.permissions?.network, now.permissions?.network, {
      covers: coversEgress,
      isLoud: (permission) => /^\*:|:\*$/u.test(permission),
    }),
    ...fileChanges(was, now),
    ...launchChanges(was?.launch, now.launch),
    ...credentialChanges(was?.credentials, now.credentials),
    ...openListChanges('tool', 'every tool', was && [was.tools?.allow], now.tools?.allow),
    ...openListChanges('audience', 'everyone', was && [was.audience], now.audience),
    ...listChanges('scope', was?.scope, now.scope),
    // On a new server they are no change.
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

/** What no entry of the other side covers, with the narrower entries that it takes the place of. */
function listChanges(
  area: Area,
  was: readonly string[] = [],
  now: readonly string[] = [],
  { covers, isLoud } = exactly,
): PermissionChange[] {
  const beyond = (these: readonly string[], those: readonly string[]): string[] =>
    [...new Set(these)].filter((one) => !those.some((other) => covers(other, one)));
  const within = (one: string, those: readonly string[]): string | undefined =>
    few(those.filter((other) => covers(one, other)));
  return [
    ...beyond(now, was).map((subject): PermissionChange => {
      const before = within(subject, was);
      return {
        change: 'gained',
        area,
        subject,
        ...(before !== undefined && { was: before }),
        ...(isLoud(subject) && { loud: true }),
      };
    }),
    ...beyond(was, now).map((subject): PermissionChange => {
      const after = within(subject, now);
      return { change: 'lost', area, subject, ...(after !== undefined && { now: after }) };
    }),
  ];
}

/** Where the absence of a list allows all. `was` is absent where the server is new. */
function openListChanges(
  area: Area,
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
  // What may be written may be read.
  const readable = (files: typeof before): string[] => [...(files?.write ?? []), ...(files?.read ?? [])];
  const reads = listChanges('read', readable(before), readable(after), rules).filter(
    // Said once, as writing.
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

/** A lower class asks for fewer reviewers, a higher one opens more sensitive data: neither is lost. */
function classChanges(was: DataClass | undefined, now: DataClass): PermissionChange[] {
  if (was === now) return [];
  if (was === undefined) return [{ change: 'gained', area: 'data-class', subject: now }];
  const isLowered = classes.indexOf(now) < classes.indexOf(was);
  return [
    {
      change: 'gained',
      area: 'data-class',
      subject: isLowered ? 'lowered: the rules are laxer' : 'raised: it may reach more sensitive data',
      was,
      now,
      ...(isLowered && { loud: true }),
    },
  ];
}

function remoteChanges(was: Manifest | undefined, now: Manifest): PermissionChange[] {
  const text = ({ url, transport }: Remote): string => `${url} (${transport})`;
  const [before, after] = [was?.remote && text(was.remote), now.remote && text(now.remote)];
  if (before === after) return [];
  if (after === undefined) return [{ change: 'lost', area: 'remote', subject: before ?? '' }];
  // Nothing of an endpoint is pinned but its tools.
  const replaces = was?.artefact !== undefined;
  return [
    {
      change: 'gained',
      area: 'remote',
      subject: after,
      ...(before !== undefined && { was: before }),
      ...(replaces && { was: was.artefact?.url ?? '' }),
      ...(was !== undefined && { loud: true }),
    },
  ];
}

/** A label that is gone lets hosts treat the tool as harmless. */
function labelChanges(was: Manifest, now: Manifest): PermissionChange[] {
  const flat = ({ tools }: Manifest): Set<string> =>
    new Set(
      Object.entries(tools?.labels ?? {}).flatMap(([tool, labels]) => labels.map((label) => `${label}: ${tool}`)),
    );
  const [before, after] = [flat(was), flat(now)];
  return [
    ...[...before.difference(after)].map((each): PermissionChange => ({
      change: 'gained',
      area: 'label',
      subject: `no more ${each}`,
      loud: true,
    })),
    ...[...after.difference(before)].map((each): PermissionChange => ({
      change: 'lost',
      area: 'label',
      subject: `now ${each}`,
    })),
  ];
}

/** Revocations and withdrawals that stand there no more as they did. */
function pardons(was: Manifest, now: Manifest): PermissionChange[] {
  const ended = ({ state }: LifecycleEntry): boolean => state !== 'deprecated';
  return (was.lifecycle ?? [])
    .filter((entry) => ended(entry) && !(now.lifecycle ?? []).some((other) => sameJson(entry, other)))
    .map(({ state, versions, reason }) => ({
      change: 'gained',
      area: 'lifecycle',
      subject: `no more ${state}, or not as it was: ${typeof versions === 'string' ? versions : versions.join(', ')}`,
      was: reason,
      loud: true,
    }));
}
