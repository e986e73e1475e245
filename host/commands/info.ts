import { packageCount } from '../../artefacts/loaded.ts';
import { pinnedImage } from '../pinned-image.ts';
import { remoteHosts } from '../../core/remote-rules.ts';
import type { Argument, Manifest } from '../../schemas/types.ts';
import type { CommandSpec } from '../command-line.ts';
import { columns, print } from '../output.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';
import { openServers, parseSpec } from './common.ts';
import { headersOf, signInOf, signInWords, variablesOf } from './endpoint.ts';
import { containerReach } from '../../artefacts/oci/reach.ts';
import { messageOf } from '../../core/failure.ts';
import type { ContainingMachine } from '../sandbox/contain.ts';
import { enforcementHere } from '../sandbox/enforcement.ts';
import { sandboxReach } from '../sandbox/reach.ts';

/** `countersign info`: what is approved about a server. */
export const info: CommandSpec = {
  name: 'info',
  words: '<name[@version]>',
  description: 'show what an approved server may reach, needs and offers',
  count: [1, 1],
  run: async ({ words, options }) => {
    const { name, version } = parseSpec(words[0]);
    const servers = await openServers(options);
    const server = await servers.registry.server(name, version);
    const { approval, record, lock, entry } = server;
    const manifest = approval.server;
    const unsupported = servers.unsupported(server);
    const installed = unsupported === undefined && (await servers.isInstalled(server));
    const packages = packageCount(lock);
    const image = pinnedImage(lock);
    const reach = await reachOf(server, servers.machine([]));
    const signedIn = await signInOf(servers, server);
    const tools = lock.tools.map((tool) => tool.name);
    const facts: [string, string][] = [
      ['name', `${manifest.name} ${manifest.version} (${entry.state})`],
      ['title', manifest.title ?? manifest.name],
      ['about', manifest.description],
      ['maintainer', manifest.maintainer],
      ['data', `${manifest.data_classification}, lawful basis ${manifest.lawful_basis}`],
      ...pinned(server),
      ['approved', `${approval.approvedAt} until ${approval.validUntil} (${approval.environment})`],
      ['reaches', reach.join('; ')],
      ...(signedIn === undefined ? [] : [['signing in', signInWords(signedIn)] as [string, string]]),
      ['asks', asks(manifest)],
      ['needs', needs(manifest)],
      ['tools', tools.length === 0 ? 'not captured' : tools.join(', ')],
      ...(unsupported === undefined ? [] : [['runs here', `no: ${unsupported.message}`] as [string, string]]),
      ['installed', manifest.remote === undefined ? (installed ? 'yes' : 'no') : 'nothing to install'],
      ['versions', record.versions.map((each) => `${each.version} (${each.state})`).join(', ')],
    ];
    print(
      options.json,
      {
        schemaVersion: 1,
        installed,
        runsHere: unsupported === undefined,
        approval,
        versions: record.versions,
        tools,
        packages,
        reach,
        ...(image !== undefined && { image }),
        ...(signedIn !== undefined && { signIn: signedIn }),
      },
      columns(facts),
    );
  },
};

/** What the approval is about. The bytes of an endpoint are somebody else's. */
function pinned({ approval: { server }, lock }: VerifiedServer): [string, string][] {
  if (server.remote === undefined) {
    const image = pinnedImage(lock);
    const what =
      image === undefined
        ? `${packageCount(lock)} packages`
        : `image ${image.digest} for ${image.platforms.join(', ')}`;
    return [
      ['artefact', lock.artefact?.url ?? 'none'],
      ['closure', `${what}, every byte pinned`],
    ];
  }
  return [
    ['endpoint', `${server.remote.url} (${server.remote.transport})`],
    ...headersOf(server.remote).map((line): [string, string] => ['header', line]),
    ...variablesOf(server.remote).map((line): [string, string] => ['variable', line]),
    [
      'closure',
      `no bytes are pinned: it runs elsewhere, and ${lock.capture === 'none' ? 'its tools are unknown, so all of them pass' : 'only what it offers is pinned'}`,
    ],
  ];
}

/** What it may reach here, and what of that is enforced. */
async function reachOf(
  { approval: { server }, lock }: VerifiedServer,
  { unsandboxed, remembered }: ContainingMachine,
): Promise<string[]> {
  if (server.remote !== undefined) return remoteHosts(server.remote).map((host) => `network ${host}`);
  if (lock.closure.kind === 'oci') return containerReach(server);
  if (unsandboxed.has(server.name))
    return sandboxReach(server, 'the system trust config lets it run without a sandbox');
  const why = await enforcementHere(remembered).then(
    () => undefined,
    (error: unknown) => `it does not start here: ${messageOf(error)}`,
  );
  return sandboxReach(server, why);
}

/** Of the client, and through it of the user. */
const asks = ({ permissions, limits }: Manifest): string =>
  [
    (permissions?.client ?? []).join(', ') || 'nothing of your client',
    ...(limits?.calls_per_minute === undefined ? [] : [`at most ${limits.calls_per_minute} calls a minute`]),
  ].join('; ');

function needs({ launch }: Manifest): string {
  const parts = [
    ...(launch?.arguments ?? []).flatMap(argumentName),
    ...(launch?.environment ?? []).filter(({ required }) => required === true).map(({ name }) => `$${name}`),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(' ');
}

function argumentName(argument: Argument): string[] {
  switch (argument.type) {
    case 'fixed':
      return [];
    case 'positional':
      return argument.required === true ? [`<${argument.name}>${argument.repeated === true ? '…' : ''}`] : [];
    case 'named':
      return argument.required === true ? [argument.name] : [];
    default:
      return argument satisfies never;
  }
}
