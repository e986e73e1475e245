/**
 * Finds out how a package is started: from its server.json, its README, and the variables that its own code reads. These are
 * only suggestions for the author of the manifest, and nothing relies on them.
 */
import { isLoaderVariable } from '../core/environment.ts';
import { formatWords, type InputFormat } from '../core/input-format.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { PackageFile } from '../artefacts/archives/tarball.ts';

export interface VariableHint {
  readonly name: string;
  readonly secret: boolean;
  readonly required: boolean;
  readonly description?: string;
  readonly format?: InputFormat;
}

export interface ArgumentHint {
  /** `--option` if it is given by name. */
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly format?: InputFormat;
  /** A word that is always passed. */
  readonly fixed?: string;
}

export interface PackageHints {
  readonly variables: readonly VariableHint[];
  readonly arguments: readonly ArgumentHint[];
  /** Hosts of services that its own code names. */
  readonly hosts: readonly string[];
}

const maxVariables = 30;
const maxHosts = 10;
const maxCodeBytes = 16 * 1024 * 1024;

const variableName = /^[A-Z][A-Z0-9_]{2,99}$/u;
/** Variables that the system, the shell or a developer sets. */
const ofTheSystem =
  /^(?:PATH|HOME|USER|PWD|TMPDIR|TEMP|TMP|LANG|TERM|CI|DEBUG|NODE_ENV|LOG_LEVEL|NO_COLOR|FORCE_COLOR|APPDATA|LOCALAPPDATA|USERPROFILE|HTTPS?_PROXY|NO_PROXY|XDG_.*)$/u;

/** Whether the name of a variable or an option suggests a credential. Addresses of databases also contain credentials. */
export const namesSecret = (name: string): boolean =>
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|COOKIE|MNEMONIC|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH_?KEY|CONNECTION_?STRING)|(?:^|_)(?:KEY|PAT|PASS|DSN|AUTH|BEARER)$|(?:DATABASE|MONGO\w*|POSTGRES\w*|MYSQL|REDIS|DB)_UR[IL]$/iu.test(
    name.replaceAll('-', '_'),
  );

/** The suggestions in the files of a package. */
export function hintsOf(files: readonly PackageFile[], packageName: string): PackageHints {
  const readme = textOf(files.filter(({ path }) => /^readme(?:\.\w+)?$/iu.test(path)));
  const code = textOf(files.filter(({ path }) => /\.[cm]?js$/u.test(path) && !path.includes('node_modules/')));
  const described = serverJson(files, packageName);
  const read = new Set([...code.matchAll(/\benv(?:\.|\[\s*["'])(?<name>[A-Z][A-Z0-9_]+)\b/gu)].map(nameIn));
  const documented = documentedIn(readme);
  const mentioned = [...read].filter((name) => new RegExp(`\\b${name}\\b`, 'u').test(readme));
  const inCode = readme === '' ? [...read].filter(namesSecret) : [];
  const variables = new Map(described.variables.map((hint) => [hint.name, hint]));
  for (const name of [...documented, ...mentioned, ...inCode])
    if (!variables.has(name)) variables.set(name, { name, secret: namesSecret(name), required: false });
  const wanted = [...variables.values()].filter(
    ({ name }) => variableName.test(name) && !ofTheSystem.test(name) && !isLoaderVariable(name),
  );
  const hosts = [...code.matchAll(/https:\/\/(?<name>[a-z0-9-]*\.?api[.-][a-z0-9.-]+\.[a-z]{2,})(?![\w.-])/gu)];
  return {
    variables: wanted.slice(0, maxVariables),
    arguments: described.arguments.length > 0 ? described.arguments : argumentsIn(readme, packageName),
    hosts: [...new Set(hosts.map(nameIn))].filter((host) => !host.includes('example')).slice(0, maxHosts),
  };
}

const nameIn = (match: RegExpExecArray): string => match.groups?.name ?? '';

function textOf(files: readonly PackageFile[]): string {
  let bytes = 0;
  return files
    .filter(({ content }) => (bytes += content.byteLength) <= maxCodeBytes)
    .map(({ content }) => Buffer.from(content).toString('utf8'))
    .join('\n');
}

/** Names in the `env` of a client's configuration, in `export NAME=`, and in `-e NAME`. */
function documentedIn(readme: string): string[] {
  const blocks = [...readme.matchAll(/["']?env["']?\s*[:=]\s*\{(?<body>[^{}]*)\}/gu)].map(
    ({ groups }) => groups?.body ?? '',
  );
  return [
    ...blocks.flatMap((body) => [...body.matchAll(/["']?(?<name>[A-Z][A-Z0-9_]+)["']?\s*[:=]/gu)].map(nameIn)),
    ...[...readme.matchAll(/(?:\bexport |\s(?:-e|--env)[ =]["']?)(?<name>[A-Z][A-Z0-9_]+)\b/gu)].map(nameIn),
  ];
}

/**
 * The words after the package's name in the `args` of a client's configuration: an example of how it is started. The shortest
 * example is used; the others show optional additions.
 */
function argumentsIn(readme: string, packageName: string): ArgumentHint[] {
  const examples = [...readme.matchAll(/["']?args["']?\s*[:=]\s*\[(?<list>[^[\]]{0,2000})\]/gu)].flatMap(
    ({ groups }) => {
      const words = [...(groups?.list ?? '').matchAll(/"(?<word>[^"\n]*)"|'(?<other>[^'\n]*)'/gu)].map(
        (match) => match.groups?.word ?? match.groups?.other ?? '',
      );
      const at = words.findIndex((word) => word === packageName || word.startsWith(`${packageName}@`));
      return at === -1 ? [] : [words.slice(at + 1)];
    },
  );
  const shortest = examples.sort((a, b) => a.length - b.length)[0] ?? [];
  const hints: ArgumentHint[] = [];
  for (let index = 0; index < shortest.length; index++) {
    const word = shortest[index] ?? '';
    const next = shortest[index + 1];
    const { option, value } = /^(?<option>--?[A-Za-z][\w.-]*)=(?<value>.*)$/su.exec(word)?.groups ?? {};
    if (option !== undefined && isExample(value ?? '')) hints.push({ name: option, required: true });
    else if (/^--?[A-Za-z][\w.-]*$/u.test(word) && next !== undefined && isExample(next)) {
      hints.push({ name: word, required: true });
      index++;
    } else if (isExample(word)) hints.push({ name: unused(nameOf(word), hints), required: true });
    else if (word !== '') hints.push({ name: word, fixed: word, required: true });
  }
  return hints;
}

/** Words that a user must replace: a path, an address, `<your-key>`, `YOUR_KEY`, `${KEY}`. */
const isExample = (word: string): boolean =>
  /[<>{}$]|^[~/.]|^[A-Za-z]:\\|:\/\/|your|\bpath\b|example|x{3,}|\.{3}|^(?:sk|pk|ghp|ntn|ctx7sk)[-_]/iu.test(word) ||
  /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/u.test(word);

function nameOf(example: string): string {
  if (/^(?:[~/.]|[A-Za-z]:\\)/u.test(example)) return 'path';
  if (/:\/\//u.test(example)) return /^https?:/u.test(example) ? 'url' : 'database_url';
  return plainName(example);
}

/** A name in the form that a positional argument may have. */
const plainName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '_')
    .replaceAll(/^[^a-z]+|[_-]+$/gu, '')
    .slice(0, 40) || 'value';

function unused(name: string, hints: readonly ArgumentHint[]): string {
  const taken = new Set(hints.map((hint) => hint.name));
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** The MCP Registry's `server.json` (schema 2025-12-11 and older), if the package contains one. */
function serverJson(files: readonly PackageFile[], packageName: string): Pick<PackageHints, 'variables' | 'arguments'> {
  const file = files.find(({ path }) => path === 'server.json');
  let document: unknown;
  try {
    document = file === undefined ? undefined : JSON.parse(Buffer.from(file.content).toString('utf8'));
  } catch {
    // It is only a suggestion: the manifest can be written without it.
  }
  const packages = isJsonObject(document) ? objects(document.packages) : [];
  const own = packages.find(({ identifier, name }) => [identifier, name].includes(packageName));
  return {
    variables: objects(own?.environmentVariables ?? own?.environment_variables).flatMap((input): VariableHint[] => {
      const name = text(input.name);
      if (name === undefined) return [];
      const secret = (input.isSecret ?? input.is_secret) === true || namesSecret(name);
      return [{ name, secret, required: isRequired(input), ...described(input), ...formatted(input) }];
    }),
    arguments: objects(own?.packageArguments ?? own?.package_arguments).flatMap((input): ArgumentHint[] => {
      const fixed = text(input.value);
      const name = text(input.name) ?? text(input.valueHint) ?? text(input.value_hint);
      if (name === undefined && fixed === undefined) return [];
      if (input.type === 'named' && fixed !== undefined) return [];
      if (fixed !== undefined && !fixed.includes('{')) return [{ name: fixed, fixed, required: true }];
      return [
        {
          name: input.type === 'named' ? optionName(name ?? '') : plainName(name ?? ''),
          required: isRequired(input),
          ...described(input),
          ...formatted(input),
        },
      ];
    }),
  };
}

const optionName = (name: string): string =>
  `--${name.replaceAll(/[^A-Za-z0-9._-]+/gu, '_').replace(/^-+/u, '') || 'value'}`;

const isRequired = (input: JsonObject): boolean => (input.isRequired ?? input.is_required) === true;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const described = ({ description }: JsonObject): { readonly description?: string } => {
  const words = text(description)?.replaceAll(/\s+/gu, ' ').trim().slice(0, 300);
  return words === undefined || words === '' ? {} : { description: words };
};

const formatted = ({ format }: JsonObject): { readonly format?: InputFormat } =>
  typeof format === 'string' && isFormat(format) ? { format } : {};

const isFormat = (format: string): format is InputFormat => Object.hasOwn(formatWords, format);

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
