/** What the author of a manifest should look at, once it is written. */
import type { Manifest } from '../../schemas/types.ts';
import { credentialTarget } from '../../core/credential-rules.ts';
import type { Found } from './found.ts';
import { secretsOf } from './credentials.ts';

/** What somebody should look at who knows the server. */
export function toCheck(
  { launch, remote, permissions, credentials = [] }: Manifest,
  { hints, commands }: Found,
): string[] {
  const variables = launch?.environment?.map(({ name, secret }) => (secret === true ? `${name} (secret)` : name)) ?? [];
  const others = commands.filter((command) => command !== launch?.command);
  const hosts = hints.hosts.filter(
    (host) => permissions?.network?.some((each) => each.startsWith(`${host}:`)) !== true,
  );
  const said = new Set(credentials.map(credentialTarget));
  const unsaid = secretsOf(launch?.environment, remote)
    .map(credentialTarget)
    .filter((secret) => !said.has(secret));
  const files = [...(hints.read ?? []), ...(hints.write ?? [])].filter(
    (path) => ![...(permissions?.filesystem?.read ?? []), ...(permissions?.filesystem?.write ?? [])].includes(path),
  );
  return [
    ...(launch?.command === undefined || others.length === 0
      ? []
      : [`it is started with its command ${launch.command}, not ${others.join(', ')}`]),
    ...(variables.length === 0
      ? []
      : [
          `it is given the variables ${variables.join(', ')}: remove what it can do without, under launch and permissions`,
        ]),
    ...(unsaid.length === 0
      ? []
      : [`say under credentials where users get ${unsaid.join(', ')}, and what it must allow`]),
    ...(files.length === 0
      ? []
      : [`it is meant to be given ${files.join(', ')}: what it needs belongs under permissions.filesystem`]),
    ...(remote?.variables ?? [])
      .filter(({ secret }) => secret !== true)
      .map(({ name }) => `say under remote.variables what \${${name}} is`),
    ...(hints.alternatives === undefined
      ? []
      : [
          `the same server is also ${hints.alternatives.join(', ')}: choose one; the others are listed and not reviewed`,
        ]),
    ...(hints.notes ?? []),
    ...(hosts.length === 0
      ? []
      : [
          `its code names ${hosts.join(', ')}: what it must reach belongs under permissions.network, as ${hosts[0] ?? ''}:443`,
        ]),
  ];
}
