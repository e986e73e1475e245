/** The parts of `server.json` that are written here. Its own schema, which is not ours, is the contract. */

export interface ServerJson {
  readonly $schema: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly websiteUrl: string;
  readonly repository?: { readonly url: string; readonly source: string };
  readonly packages?: readonly PackageJson[];
  readonly remotes?: readonly TransportJson[];
  readonly _meta?: Readonly<Record<string, unknown>>;
}

export interface PackageJson {
  readonly registryType: string;
  readonly registryBaseUrl?: string;
  readonly identifier: string;
  readonly runtimeHint?: string;
  readonly runtimeArguments?: readonly Input[];
  readonly packageArguments?: readonly Input[];
  readonly environmentVariables?: readonly Input[];
  readonly transport: TransportJson;
}

export interface TransportJson {
  readonly type: 'stdio' | 'streamable-http' | 'sse';
  readonly url?: string;
  readonly headers?: readonly Input[];
}

/** An argument, a variable or a header. */
export interface Input {
  readonly type?: 'positional' | 'named';
  readonly name?: string;
  readonly valueHint?: string;
  readonly value?: string;
  readonly description?: string;
  readonly isRequired?: boolean;
  readonly isRepeated?: boolean;
  readonly isSecret?: boolean;
  readonly format?: 'filepath' | 'number' | 'boolean';
  readonly default?: string;
  readonly choices?: readonly string[];
}

/** What a manifest says of any input. */
interface DeclaredInput {
  readonly description: string;
  readonly required?: boolean;
  readonly secret?: boolean;
  readonly format?: 'filepath' | 'number' | 'boolean';
  readonly default?: string;
  readonly choices?: readonly string[];
}

/** A default or a choice that only the launcher can fill in is left out. */
export function inputJson(declared: DeclaredInput): Input {
  const { description, required, secret, format, default: preset, choices } = declared;
  return {
    description,
    ...(required === true && preset === undefined && { isRequired: true }),
    ...(secret === true && { isSecret: true }),
    ...(format !== undefined && { format }),
    ...(preset !== undefined && !isFilledIn(preset) && { default: preset }),
    ...(choices !== undefined && !choices.some(isFilledIn) && { choices }),
  };
}

/** Whether a text stands for another one, such as `${state}`. */
export const isFilledIn = (text: string): boolean => text.includes('${');

/** `source` is the forge's name, or its host where it is another one. Nothing for an address that cannot be read. */
export function repositoryJson(url: string): ServerJson['repository'] | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return { url, source: /^(?:www\.)?(?<forge>github|gitlab)\.com$/u.exec(hostname)?.groups?.['forge'] ?? hostname };
}
