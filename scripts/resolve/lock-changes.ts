import type { Lock, LockedTool } from '../../schemas/types.ts';

/** What a person should know of the difference between two locks, a line each. */
export function lockChanges(before: Lock | undefined, after: Lock): string[] {
  return [...packageChanges(before, after), ...toolChanges(before?.tools ?? [], after.tools)];
}

function packageChanges(before: Lock | undefined, after: Lock): string[] {
  const was = new Map(Object.entries(before?.closure.packages ?? {}));
  const is = new Map(Object.entries(after.closure.packages));
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((path) => {
    const old = was.get(path);
    const now = is.get(path);
    if (old === undefined && now !== undefined) return [`package added: ${now.name}@${now.version}`];
    if (now === undefined && old !== undefined) return [`package removed: ${old.name}@${old.version}`];
    if (old?.integrity === now?.integrity) return [];
    return [`package changed: ${now?.name ?? ''} ${old?.version ?? ''} → ${now?.version ?? ''}`];
  });
}

function toolChanges(before: readonly LockedTool[], after: readonly LockedTool[]): string[] {
  const was = digests(before);
  const is = digests(after);
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
    if (!was.has(name)) return [`tool added: ${name}`];
    if (!is.has(name)) return [`tool removed: ${name}`];
    return was.get(name) === is.get(name) ? [] : [`tool changed: ${name}`];
  });
}

const digests = (tools: readonly LockedTool[]): ReadonlyMap<string, string> =>
  new Map(tools.map(({ name, definitions }) => [name, definitions.map(({ sha256 }) => sha256).join()]));
