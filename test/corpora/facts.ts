/** What public lists of MCP servers say about one of them, whatever their format: no more than an importer would need. */

/** Prose, or in what is committed here at most how long it is. */
export type Prose = string | number;

/** An option or a word in its place. */
export interface ArgumentFacts {
  /** As it is typed. */
  readonly option?: string;
  /** What stands for a word. */
  readonly place?: string;
  readonly description?: Prose;
  readonly value?: Prose;
  /** Whether the value only shows where the user's own belongs. */
  readonly placeholder?: true;
  readonly required?: true;
}

export interface VariableFacts {
  readonly name: string;
  readonly description?: Prose;
  readonly preset?: Prose;
  readonly required?: true;
  readonly secret?: true;
}

export interface HeaderFacts extends VariableFacts {
  /** A template, in which `{name}` stands for a variable. */
  readonly value?: Prose;
}

export interface RemoteFacts {
  readonly transport: string;
  readonly url: string;
  readonly headers?: readonly HeaderFacts[];
  readonly variables?: readonly VariableFacts[];
}

export interface PackageFacts {
  /** As the list calls it: `npm`, `pypi`, `oci`, `docker`, `mcpb`, `nuget`. */
  readonly type: string;
  readonly id: string;
  readonly version?: string;
  readonly sha256?: string;
  readonly arguments?: readonly ArgumentFacts[];
  readonly environment?: readonly VariableFacts[];
  /** What the program that starts it is given before. */
  readonly runtime?: readonly ArgumentFacts[];
  /** If it is not talked to over its standard input. */
  readonly transport?: { readonly type: string; readonly url: string };
}

export interface ServerFacts {
  /** As the list has it. */
  readonly name: string;
  readonly version?: string;
  readonly title?: Prose;
  readonly description?: Prose;
  /** Its address; what is committed here shortens `https://github.com/` to `github:`. */
  readonly repository?: string;
  readonly tags?: readonly string[];
  readonly packages?: readonly PackageFacts[];
  readonly remotes?: readonly RemoteFacts[];
  /** `host:port`, as far as the list bounds what it may reach. */
  readonly network?: readonly string[];
  readonly volumes?: readonly Prose[];
  readonly tools?: readonly string[];
}

/** Any JSON or YAML of theirs. Nothing is believed to be there, or of a type. */
type Loose = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
const texts = (value: unknown): string[] => asList(value).flatMap((each) => asText(each) ?? []);

/** Leaves out what is absent, and lists that are empty. */
function present<T extends object>(facts: { [Key in keyof T]: T[Key] | undefined }): T {
  const kept = Object.entries(facts).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as T;
}

/** Something that a user is meant to replace: `<path>`, `${input:key}`, `YOUR_KEY`, `/path/to/…`. */
const isPlaceholder = (value: string): boolean => /[<>{}$]|\byour?\b|your[-_]|path\/to/iu.test(value);

/** Of the MCP registry, in its present spelling, in that of its first months, and in ToolHive's wrapper. */
export function ofServerJson(value: unknown): ServerFacts {
  const server = asObject(value);
  const extensions = asObject(
    asObject(asObject(server['_meta'])['io.modelcontextprotocol.registry/publisher-provided'])['io.github.stacklok'],
  );
  const [extension] = Object.values(extensions).map(asObject);
  return present<ServerFacts>({
    name: asText(server['name']) ?? '',
    version: asText(server['version'] ?? asObject(server['version_detail'])['version']),
    title: asText(server['title']),
    description: asText(server['description']),
    repository: asText(asObject(server['repository'])['url']),
    tags: texts(extension?.['tags']),
    packages: asList(server['packages']).map((each) => ofPackage(asObject(each))),
    remotes: asList(server['remotes']).map((each) => ofRemote(asObject(each))),
    network: ofOutbound(asObject(extension?.['permissions'])),
    tools: texts(extension?.['tools']),
  });
}

const ofRemote = (each: Loose): RemoteFacts =>
  present<RemoteFacts>({
    transport: asText(each['type'] ?? each['transport_type']) ?? '',
    url: asText(each['url']) ?? '',
    headers: asList(each['headers']).map((one) =>
      present<HeaderFacts>({ ...ofVariable(asObject(one)), value: asText(asObject(one)['value']) }),
    ),
    variables: Object.entries(asObject(each['variables'])).map(([name, one]) => ofVariable({ ...asObject(one), name })),
  });

const ofTransport = (each: Loose): PackageFacts['transport'] => {
  const type = asText(each['type']);
  return type === undefined || type === 'stdio' ? undefined : { type, url: asText(each['url']) ?? '' };
};

const ofPackage = (each: Loose): PackageFacts =>
  present<PackageFacts>({
    type: asText(each['registryType'] ?? each['registry_name']) ?? '',
    id: asText(each['identifier'] ?? each['name']) ?? '',
    version: asText(each['version']),
    sha256: asText(each['fileSha256']),
    arguments: asList(each['packageArguments'] ?? each['package_arguments']).map((one) => ofArgument(asObject(one))),
    environment: asList(each['environmentVariables'] ?? each['environment_variables']).map((one) =>
      ofVariable(asObject(one)),
    ),
    runtime: asList(each['runtimeArguments'] ?? each['runtime_arguments']).map((one) => ofArgument(asObject(one))),
    transport: ofTransport(asObject(each['transport'])),
  });

function ofArgument(each: Loose): ArgumentFacts {
  const value = asText(each['value'] ?? each['default']);
  return present<ArgumentFacts>({
    ...(each['type'] === 'named'
      ? { option: asText(each['name']) ?? '' }
      : { place: asText(each['valueHint'] ?? each['value_hint']) }),
    description: asText(each['description']),
    value,
    placeholder: (value !== undefined && isPlaceholder(value)) || undefined,
    required: (each['isRequired'] ?? each['is_required']) === true || undefined,
  });
}

const ofVariable = (each: Loose): VariableFacts =>
  present<VariableFacts>({
    name: asText(each['name']) ?? '',
    description: asText(each['description']),
    preset: asText(each['default']),
    required: (each['isRequired'] ?? each['required']) === true || undefined,
    secret: (each['isSecret'] ?? each['secret']) === true || undefined,
  });

/** ToolHive's permissions: hosts and ports by themselves, `.example.com` for what lies below. */
function ofOutbound(permissions: Loose): string[] {
  const outbound = asObject(asObject(permissions['network'])['outbound']);
  const ports = texts(outbound['allow_port']);
  const hosts = outbound['insecure_allow_all'] === true ? ['*'] : texts(outbound['allow_host']);
  return hosts.flatMap((host) =>
    (ports.length === 0 ? ['*'] : ports).map((port) => `${host.replace(/^\./u, '*.')}:${port}`),
  );
}

/** A word on a command line as a list has it: fixed, unless it only shows where the user's own belongs. */
const ofWord = (value: string): ArgumentFacts =>
  present<ArgumentFacts>({ value, placeholder: isPlaceholder(value) || undefined });

/** ToolHive's own format, `spec.yaml`; the folder names the server. */
export function ofToolHive(folder: string, value: unknown): ServerFacts {
  const server = asObject(value);
  const image = asText(server['image']);
  const environment = asList(server['env_vars']).map((each) => ofVariable(asObject(each)));
  return present<ServerFacts>({
    name: asText(server['name']) ?? folder,
    description: asText(server['description']),
    repository: asText(server['repository_url']),
    tags: texts(server['tags']),
    packages: image === undefined ? [] : [ofImage(image, texts(server['args']), environment)],
    network: ofOutbound(asObject(server['permissions'])),
    tools: texts(server['tools']),
  });
}

const ofImage = (id: string, words: readonly string[], environment: readonly VariableFacts[]): PackageFacts =>
  present<PackageFacts>({ type: 'oci', id, arguments: words.map(ofWord), environment });

/** Docker's `server.yaml`, with the `tools.json` that may lie beside it. */
export function ofDocker(document: unknown, tools: unknown): ServerFacts {
  const server = asObject(document);
  const [about = {}, run = {}, config = {}, remote = {}] = ['about', 'run', 'config', 'remote'].map((key) =>
    asObject(server[key]),
  );
  const environment = [
    // A few say the variable's name as a secret would.
    ...asList(config['env']).map((each) => {
      const variable = asObject(each);
      return ofVariable({ ...variable, name: variable['env'] ?? variable['name'] });
    }),
    ...asList(config['secrets']).map((each) => ofDockerSecret(asObject(each))),
    ...Object.entries(asObject(run['env'])).map(([name, preset]) =>
      present<VariableFacts>({ name, preset: asText(preset) }),
    ),
  ];
  const image = asText(server['image']);
  const url = asText(remote['url']);
  return present<ServerFacts>({
    name: asText(server['name']) ?? '',
    title: asText(about['title']),
    description: asText(about['description']),
    repository: asText(asObject(server['source'])['project']),
    tags: texts(asObject(server['meta'])['tags']),
    packages: image === undefined ? [] : [ofImage(image, texts(run['command']), environment)],
    remotes:
      url === undefined
        ? []
        : [
            present<RemoteFacts>({
              ...{ transport: asText(remote['transport_type']) ?? '', url },
              headers: Object.entries(asObject(remote['headers'])).map(([name, value]) =>
                present<HeaderFacts>({ name, value: asText(value)?.replaceAll('${', '{'), secret: true }),
              ),
            }),
          ],
    network: run['disableNetwork'] === true ? [] : texts(run['allowHosts']),
    volumes: texts(run['volumes']),
    tools: asList(tools).flatMap((each) => asText(asObject(each)['name']) ?? []),
  });
}

const ofDockerSecret = (each: Loose): VariableFacts =>
  present<VariableFacts>({
    name: asText(each['env']) ?? '',
    description: asText(each['description']),
    required: each['required'] !== false || undefined,
    secret: true,
  });
