import { packageCount } from '../../artefacts/loaded.ts';
import { containerReach } from '../../artefacts/oci/container.ts';
import { pinnedImage } from '../pinned-image.ts';
import type { Argument, Manifest } from '../../schemas/types.ts';
import type { CommandSpec } from '../command-line.ts';
import { columns, print } from '../output.ts';
import { openServers, parseSpec } from './common.ts';

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
    const tools = lock.tools.map((tool) => tool.name);
    const facts: [string, string][] = [
      ['name', `${manifest.name} ${manifest.version} (${entry.state})`],
      ['title', manifest.title ?? manifest.name],
      ['about', manifest.description],
      ['maintainer', manifest.maintainer],
      ['data', `${manifest.data_classification}, lawful basis ${manifest.lawful_basis}`],
      ['artefact', lock.artefact.url],
      [
        'closure',
        image === undefined
          ? `${packages} packages, every byte pinned`
          : `image ${image.digest} for ${image.platforms.join(', ')}, every byte pinned`,
      ],
      ['approved', `${approval.approvedAt} until ${approval.validUntil} (${approval.environment})`],
      ['reaches', image === undefined ? reach(manifest) : containerReach(manifest).join('; ')],
      ['needs', needs(manifest)],
      ['tools', tools.length === 0 ? 'not captured' : tools.join(', ')],
      ...(unsupported === undefined ? [] : [['runs here', `no: ${unsupported.message}`] as [string, string]]),
      ['installed', installed ? 'yes' : 'no'],
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
        ...(image !== undefined && { image }),
      },
      columns(facts),
    );
  },
};

function reach({ permissions }: Manifest): string {
  const parts = [
    ...(permissions?.network ?? []).map((host) => `network ${host}`),
    ...(permissions?.filesystem?.read ?? []).map((path) => `read ${path}`),
    ...(permissions?.filesystem?.write ?? []).map((path) => `write ${path}`),
  ];
  return parts.length === 0 ? 'nothing outside its own files' : parts.join(', ');
}

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
