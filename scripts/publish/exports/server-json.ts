/**
 * A server as `server.json` of the MCP registry, schema 2025-12-11, which starts nothing but the launcher.
 *
 * Clients make a command of a package: for a type that they know, `npx`, `uvx` or `docker` with its name, which would start
 * bytes that nobody verified. So the one package has a type of its own:
 *
 * - A client that takes an unknown type for the program, as VS Code does, starts `countersign run <name>`, the words that
 *   allow-lists name. So does one that goes by `runtimeHint`. All words stand in `runtimeArguments`, as VS Code leaves the
 *   identifier of an unknown type out.
 * - The identifier is the address of the record, which is no package: what a client makes of it that knows neither starts
 *   nothing, as no package manager finds a package there. A bare name could be anybody's package.
 * - `remotes` is left out: a client would connect to the endpoint itself, and no tool of it would be checked.
 * - Every version has the same words, so that what was installed matches what is read later. Which version runs, and
 *   whether one may, the launcher decides.
 */
import { addressOf } from './address.ts';
import type { ExportedRegistry } from './export.ts';
import { askedWords, mustBeSet } from './needed-inputs.ts';
import { repositoryJson, type Input, type ServerJson } from './server-json-format.ts';
import { shortText } from './short-text.ts';
import { launcherWords } from '../../../schemas/launcher.ts';
import type { Manifest } from '../../../schemas/types.ts';

export const maxDescriptionCharacters = 100;

/** The name in the API: the registry's namespace, and the server's name. */
export const mcpName = (name: string, { shown }: ExportedRegistry): string => `${shown.namespace}/${name}`;

/** With `startable` false, nothing in it starts the server. */
export function launcherServerJson(manifest: Manifest, startable: boolean, registry: ExportedRegistry): ServerJson {
  const { name, version } = manifest;
  return {
    ...describedServer(manifest, registry),
    name: mcpName(name, registry),
    version,
    ...(startable && { packages: [launcherPackage(manifest, registry)] }),
  };
}

/** What every format says of a server in the same fields. */
export function describedServer(
  { name, title, description, repository: source }: Manifest,
  registry: ExportedRegistry,
): Omit<ServerJson, 'name' | 'version'> {
  const repository = source === undefined ? undefined : repositoryJson(source);
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    title: shortText(title ?? name, 100) || name,
    description: shortText(description, maxDescriptionCharacters) || name,
    websiteUrl: addressOf(registry, `servers/${name}/`),
    ...(repository !== undefined && { repository }),
  };
}

function launcherPackage(manifest: Manifest, registry: ExportedRegistry): NonNullable<ServerJson['packages']>[number] {
  const [program, ...words] = launcherWords(manifest.name, registry.shown.environment);
  const asked = askedWords(manifest);
  const variables = mustBeSet(manifest);
  return {
    registryType: program,
    registryBaseUrl: registry.url,
    identifier: addressOf(registry, `servers/${manifest.name}.json`),
    runtimeHint: program,
    runtimeArguments: words.map(fixedWord),
    ...(asked.length > 0 && { packageArguments: [fixedWord('--'), ...asked] }),
    ...(variables.length > 0 && { environmentVariables: variables }),
    transport: { type: 'stdio' },
  };
}

export const fixedWord = (value: string): Input => ({ type: 'positional', value });
