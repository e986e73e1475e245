/** What the server may reach: what is asked of it, and what becomes `permissions` of the manifest. */
import type { EnvironmentInput, Manifest } from '../../schemas/types.ts';
import type { Found } from './found.ts';
import { faultInList, wordsIn } from './fields.ts';
import type { Questions } from './questions.ts';

/** @param environment the variables that it is started with: it may see each of them */
export async function askPermissions(
  environment: readonly EnvironmentInput[] = [],
  { hints }: Found,
  { answer, asks }: Questions,
): Promise<NonNullable<Manifest['permissions']>> {
  const hosts = await answer({
    option: '--host',
    text: 'the hosts that it may reach, as host:port',
    example: 'api.notion.com:443',
    optional: true,
    // Only a person can say that it may: nothing is permitted only because a package names it.
    suggested: asks ? hints.hosts.map((host) => `${host}:443`).join(' ') || undefined : undefined,
    check: faultInList('host'),
  });
  const paths = (option: string, text: string, named: readonly string[] = []): Promise<string> =>
    answer({
      ...{ option, text, example: '~/notes or ${directory}', optional: true },
      suggested: asks ? named.join(' ') || undefined : undefined,
      check: faultInList('path'),
    });
  const read = wordsIn(await paths('--read', 'the paths that it may read', hints.read));
  const write = wordsIn(await paths('--write', 'the paths that it may read and change', hints.write));
  const network = wordsIn(hosts);
  return {
    ...(network.length > 0 && { network }),
    ...(read.length + write.length > 0 && {
      filesystem: { ...(read.length > 0 && { read }), ...(write.length > 0 && { write }) },
    }),
    ...(environment.length > 0 && { environment: environment.map(({ name }) => name) }),
  };
}
