/** Checks the hosts and paths that a server may reach. */
import type { Argument, Manifest, Policy } from '../../../schemas/types.ts';
import { issuerHost } from '../../../core/authorization-rules.ts';
import { egressOverlaps, namesAnyHost } from '../../../core/hosts.ts';
import { remoteHosts } from '../../../core/remote-rules.ts';
import { pathOverlaps, unknownFolder } from './paths.ts';
import { listed, type PolicyObservation } from './policy-observation.ts';

export function checkEgress({ permissions }: Manifest, { network }: Policy): PolicyObservation[] {
  return (permissions?.network ?? []).flatMap((egress, index): PolicyObservation[] => {
    const field = ['permissions', 'network', index];
    const covered = network.never.filter((never) => egressOverlaps(egress, never));
    if (namesAnyHost(egress))
      return network.any_host && covered.length === 0
        ? []
        : [
            {
              rule: 'egress-any-host',
              level: 'block',
              subject: egress,
              field,
              message: `${egress} is every host${covered.length === 0 ? '' : `, ${listed(covered)} among them`}`,
              remedy: 'name the hosts that it needs',
            },
          ];
    return covered.map((never) => ({
      rule: 'egress-forbidden',
      level: 'block',
      subject: egress,
      field,
      message: `${egress} covers ${never}, which no server may reach`,
      remedy: 'name the hosts that it needs, and none of those',
    }));
  });
}

/** Where an endpoint may be, by all the choices of its address, and where people sign in to it. */
export function checkRemoteHosts({ remote }: Manifest, { network }: Policy): PolicyObservation[] {
  if (remote === undefined) return [];
  const hosts = remoteHosts(remote);
  const { issuer } = remote.authorization ?? {};
  const forbidden = (subject: string, field: string[], what: string, never: string): PolicyObservation => ({
    ...{ rule: 'egress-forbidden', level: 'block', subject, field },
    message: `${what} may be at ${never}, which no server may reach`,
    remedy: 'find it under a public address',
  });
  return network.never.flatMap((never) => [
    ...(hosts.some((host) => egressOverlaps(host, never))
      ? [forbidden(remote.url, ['remote', 'url'], 'the endpoint', never)]
      : []),
    ...(issuer !== undefined && egressOverlaps(issuerHost(issuer), never)
      ? [forbidden(issuer, ['remote', 'authorization', 'issuer'], 'its authorization server', never)]
      : []),
  ]);
}

export function checkPaths(manifest: Manifest, { filesystem }: Policy): PolicyObservation[] {
  const { read = [], write = [] } = manifest.permissions?.filesystem ?? {};
  const wanted = [
    ...read.map((path, index) => ({ path, field: ['permissions', 'filesystem', 'read', index] })),
    ...write.map((path, index) => ({ path, field: ['permissions', 'filesystem', 'write', index] })),
  ];
  return wanted.flatMap(({ path, field }): PolicyObservation[] => {
    const covered = filesystem.never.filter((never) =>
      expansions(path, manifest).some((expanded) => pathOverlaps(expanded, never)),
    );
    if (covered.length === 0) return [];
    return [
      {
        rule: 'path-forbidden',
        level: 'block',
        subject: path,
        field,
        message: `${path} covers ${listed(covered)}, which no server may reach`,
        remedy: 'name the folder that it needs, and none of those',
      },
    ];
  });
}

/** At most so many are tried; if there are more, the path counts as forbidden. */
const maxExpansions = 1000;
/** A value that names a variable is replaced again, so many times in all. */
const maxRounds = 3;

/**
 * The possible values of a path: `${name}` becomes its default or one of its choices, and `${HOME}` the home folder. A folder that
 * only the user knows keeps a place of its own, which the path must not leave.
 */
function expansions(path: string, { launch }: Manifest): string[] {
  const inputs: readonly Exclude<Argument, { type: 'fixed' }>[] = (launch?.arguments ?? []).filter(
    (argument) => argument.type !== 'fixed',
  );
  const values = new Map<string, readonly string[]>();
  for (const { name, default: preset, choices = [] } of [...inputs, ...(launch?.environment ?? [])])
    values.set(name.replace(/^-+/u, ''), [...(preset === undefined ? [] : [preset]), ...choices]);
  let paths = [path];
  // A default may name a variable again.
  for (let round = 0; round < maxRounds; round++) {
    const next: string[] = [];
    for (const each of paths) {
      const possible = withValues(each, values);
      if (possible.length + next.length > maxExpansions) return ['/'];
      next.push(...possible);
    }
    paths = next;
  }
  // It may be any folder, but the user chooses it.
  return paths.filter((each) => !each.startsWith(unknownFolder) || /(?:^|[\\/])\.\.(?:[\\/]|$)/u.test(each));
}

/** The path with each value of each variable that it names; at most one path more than are tried. */
function withValues(path: string, values: ReadonlyMap<string, readonly string[]>): string[] {
  let paths = [path];
  for (const [whole, braced, bare, percent] of path.matchAll(/\$\{([^}]*)\}|\$([A-Za-z_]\w*)|%(\w+)%/gu)) {
    const name = braced ?? bare ?? percent ?? '';
    const known = [...(values.get(name) ?? []), ...(homeVariables.get(name.toUpperCase()) ?? [])];
    const possible = known.length === 0 ? [unknownFolder] : known;
    paths = paths
      .flatMap((each) => possible.map((value) => each.replace(whole, () => value)))
      .slice(0, maxExpansions + 1);
  }
  return paths;
}

/** Where these variables point on the machines of users. */
const homeVariables: ReadonlyMap<string, readonly string[]> = new Map([
  ['HOME', ['~']],
  ['USERPROFILE', ['~']],
  ['HOMEPATH', ['~']],
  // What follows it names a folder on its own.
  ['HOMEDRIVE', ['']],
  ['SYSTEMDRIVE', ['C:']],
  ['APPDATA', ['~/AppData/Roaming']],
  ['LOCALAPPDATA', ['~/AppData/Local']],
  ['XDG_CONFIG_HOME', ['~/.config']],
  ['XDG_DATA_HOME', ['~/.local/share']],
  ['XDG_CACHE_HOME', ['~/.cache']],
]);
