/** What the author of a manifest should look at, once it is written. */
import type { Manifest } from '../../schemas/types.ts';
import type { Found } from './artefact.ts';

/** What somebody should look at who knows the server. */
export function toCheck({ launch, permissions, credentials = [] }: Manifest, { hints, commands }: Found): string[] {
  const variables = launch?.environment?.map(({ name, secret }) => (secret === true ? `${name} (secret)` : name)) ?? [];
  const others = commands.filter((command) => command !== launch?.command);
  const hosts = hints.hosts.filter(
    (host) => permissions?.network?.some((each) => each.startsWith(`${host}:`)) !== true,
  );
  const unsaid = launch?.environment?.filter(
    ({ name, secret }) => secret === true && !credentials.some(({ environment }) => environment === name),
  );
  return [
    ...(launch?.command === undefined
      ? []
      : [`it is started with its command ${launch.command}, not ${others.join(', ')}`]),
    ...(variables.length === 0
      ? []
      : [
          `it is given the variables ${variables.join(', ')}: remove what it can do without, under launch and permissions`,
        ]),
    ...(unsaid === undefined || unsaid.length === 0
      ? []
      : [`say under credentials where users get ${unsaid.map(({ name }) => name).join(', ')}, and what it must allow`]),
    ...(hosts.length === 0
      ? []
      : [
          `its code names ${hosts.join(', ')}: what it must reach belongs under permissions.network, as ${hosts[0] ?? ''}:443`,
        ]),
  ];
}
