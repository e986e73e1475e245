/**
 * docker/catalog.yaml: the servers that Docker's gateway can start, in its legacy format of catalogs. Each entry is one line
 * of JSON, which is YAML too, so that no text of a manifest can change what is around it.
 */
import type { HeaderInput, Manifest } from '../../../schemas/types.ts';
import { directStart, type DirectStart, type Word } from './direct-start.ts';
import type { ExportedServer, ServerExport } from './export.ts';
import { jsonText } from '../json-text.ts';
import { toolNames } from './runnable.ts';
import { shortText } from './short-text.ts';

export const dockerCatalog: ServerExport = {
  partOf: (server) => {
    const start = directStart(server);
    const entry = start === undefined ? undefined : dockerEntry(server, start);
    return entry && `${JSON.stringify(server.record.name)}: ${jsonText(entry).replace(noYaml, escaped)}`;
  },
  filesOfAll: (parts) => [
    [
      'docker/catalog.yaml',
      Buffer.from(parts.length === 0 ? 'registry: {}\n' : `registry:\n${parts.map((part) => `  ${part}\n`).join('')}`),
    ],
  ],
};

/** Characters that JSON has as they are, and YAML does not. */
const noYaml = /[\u007f-\u009f\u2028\u2029\ufeff]/gu;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * What its gateway would change, and nothing before it stops that: it replaces `{{…}}` by its configuration, and `$NAME` and
 * `${NAME}` by a secret or by nothing. In words and folders it leaves out every other brace, too.
 */
const changesWords = (text: string): boolean => /[${}]/u.test(text);
const changesValue = (text: string): boolean => /\$|\{\{/u.test(text);

/** Whether all that a manifest fixes reaches the server as it was approved. */
const staysAsItIs = ({ launch, permissions, remote }: Manifest): boolean => {
  const words = (launch?.arguments ?? []).flatMap((each) =>
    each.type === 'fixed' ? [each.value] : [each.name, each.default ?? ''],
  );
  const folders = [...(permissions?.filesystem?.read ?? []), ...(permissions?.filesystem?.write ?? [])];
  const variables = (launch?.environment ?? []).map(({ default: preset }) => preset ?? '');
  const headers = (remote?.headers ?? []).map(({ value, default: preset }) => value ?? preset ?? '');
  return ![...words, ...folders].some(changesWords) && ![...variables, ...headers].some(changesValue);
};

function dockerEntry(server: ExportedServer, start: DirectStart): object | undefined {
  const { server: manifest } = server.current.approval.statement.predicate;
  if (!staysAsItIs(manifest)) return undefined;
  const started = start.kind === 'image' ? image(manifest, start) : endpoint(manifest, start.remote);
  const { name, title = name, description, license, tags, maintainer: owner } = manifest;
  return (
    started && {
      title: shortText(title, 100),
      description: shortText(description, 500),
      ...started,
      tools: toolNames(server).map((tool) => ({ name: tool })),
      metadata: { owner, ...(license !== undefined && { license }), ...(tags !== undefined && { tags }) },
    }
  );
}

/** Nothing where its catalog cannot say what the container may reach, and would let it reach more. */
function image(manifest: Manifest, { reference, words }: Extract<DirectStart, { kind: 'image' }>): object | undefined {
  const { name, launch, permissions } = manifest;
  const { network = [], filesystem } = permissions ?? {};
  if (launch?.transport !== undefined || network.some((egress) => egress.includes('*'))) return undefined;
  const asked = words.flatMap((word) => ('value' in word ? [] : [word.asked]));
  // Its configuration is no place for secrets.
  if (asked.some(({ secret }) => secret === true)) return undefined;
  const variables = (launch?.environment ?? []).filter(({ secret }) => secret !== true);
  const toConfigure = [...asked, ...variables.filter(({ default: preset }) => preset === undefined)];
  const secrets = (launch?.environment ?? []).filter(({ secret }) => secret === true);
  return {
    type: 'server',
    image: reference,
    ...(words.length > 0 && { command: words.map((word) => dockerWord(name, word)) }),
    ...(variables.length > 0 && {
      env: variables.map((input) => ({ name: input.name, value: input.default ?? configured(name, input.name) })),
    }),
    ...(secrets.length > 0 && { secrets: secrets.map((input) => secretOf(name, input.name, input.name)) }),
    ...(toConfigure.length > 0 && { config: [configSchema(name, toConfigure)] }),
    ...(network.length > 0 ? { allowHosts: network } : { disableNetwork: true }),
    ...(filesystem !== undefined && {
      volumes: [
        ...(filesystem.read ?? []).map((path) => `${path}:${path}:ro`),
        ...(filesystem.write ?? []).map((path) => `${path}:${path}`),
      ],
    }),
  };
}

const dockerWord = (name: string, word: Word): string =>
  'value' in word ? word.value : configured(name, word.asked.name);

/** What the gateway replaces with the value that its user set. */
const configured = (name: string, input: string): string => `{{${name}.${configName(input)}}}`;
const configName = (input: string): string => input.replace(/^-+/u, '');

const configSchema = (name: string, inputs: readonly ConfiguredInput[]): object => ({
  name,
  type: 'object',
  description: `Configuration of ${name}`,
  properties: Object.fromEntries(
    inputs.map(({ name: input, description }) => [
      configName(input),
      { type: 'string', description: shortText(description, 500) },
    ]),
  ),
  required: inputs.filter(({ required }) => required === true).map((input) => configName(input.name)),
});

interface ConfiguredInput {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
}

const secretOf = (server: string, input: string, env: string): object => ({ name: `${server}.${input}`, env });

/** Of the headers, those that are always sent and the secret ones. Nothing where another one must be given. */
function endpoint(
  { name }: Manifest,
  { url, transport, headers = [] }: NonNullable<Manifest['remote']>,
): object | undefined {
  const sent = (header: HeaderInput): string | undefined => header.value ?? header.default;
  const secrets = headers.filter((header) => header.secret === true && sent(header) === undefined);
  if (headers.some((each) => each.required === true && sent(each) === undefined && !secrets.includes(each)))
    return undefined;
  const env = (header: string): string => `${name}_${header}`.toUpperCase().replace(/[^A-Z0-9]/gu, '_');
  const values = [
    ...headers.flatMap((header) => (sent(header) === undefined ? [] : [[header.name, sent(header)]])),
    ...secrets.map((header) => [header.name, `\${${env(header.name)}}`]),
  ];
  return {
    type: 'remote',
    remote: { url, transport_type: transport, ...(values.length > 0 && { headers: Object.fromEntries(values) }) },
    ...(secrets.length > 0 && { secrets: secrets.map((header) => secretOf(name, header.name, env(header.name))) }),
  };
}
