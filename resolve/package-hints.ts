/**
 * Finds out how a package is started: from its server.json, its README, and the variables that its own code reads. These are
 * only suggestions for the author of the manifest, and nothing relies on them.
 */
import { isLoaderVariable } from '../core/environment.ts';
import { placeholdersIn } from '../core/placeholders.ts';
import type { LaunchTransport } from '../schemas/types.ts';
import type { PackageFile } from '../artefacts/archives/tarball.ts';
import { isExample, namesSecret, plainName } from './hint-names.ts';
import type { ArgumentHint, VariableHint } from './hints.ts';
import type { DescribedPackage, ServerJson } from './described-server.ts';
import { readServerJson } from './server-json.ts';

export interface PackageHints {
  readonly variables: readonly VariableHint[];
  readonly arguments: readonly ArgumentHint[];
  /** Hosts of services that its own code names. */
  readonly hosts: readonly string[];
  /** How it is talked to, if not over its standard input. */
  readonly transport?: LaunchTransport;
  /** Paths that it is to be given. */
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  /** Addresses of other packages and endpoints of the same server. */
  readonly alternatives?: readonly string[];
  /** What it says that a manifest does not, for the author. */
  readonly notes?: readonly string[];
}

const maxVariables = 30;
const maxHosts = 10;
const maxCodeBytes = 16 * 1024 * 1024;

const variableName = /^[A-Z][A-Z0-9_]{2,99}$/u;
/** Variables that the system, the shell or a developer sets. */
const ofTheSystem =
  /^(?:PATH|HOME|USER|PWD|TMPDIR|TEMP|TMP|LANG|TERM|CI|DEBUG|NODE_ENV|LOG_LEVEL|NO_COLOR|FORCE_COLOR|APPDATA|LOCALAPPDATA|USERPROFILE|HTTPS?_PROXY|NO_PROXY|XDG_.*)$/u;

/** Whether a variable may be a setting of a server. */
export const isSetting = (name: string): boolean =>
  variableName.test(name) && !ofTheSystem.test(name) && !isLoaderVariable(name);

/** As Node and Python read a variable. */
const readVariable =
  /\b(?:env(?:\.|\[\s*["'])|environ(?:\[|\.get\()\s*["']|getenv\(\s*["'])(?<name>[A-Z][A-Z0-9_]+)\b/gu;

/** The suggestions in the files of a package. Its README may be elsewhere, as in a wheel. */
export function hintsOf(
  files: readonly PackageFile[],
  packageName: string,
  readme = textOf(files.filter(({ path }) => /^readme(?:\.\w+)?$/iu.test(path))),
): PackageHints {
  const code = textOf(files.filter(({ path }) => /\.(?:[cm]?js|py)$/u.test(path) && !path.includes('node_modules/')));
  const document = serverJson(files);
  const own = document.packages.find(({ identifier }) => identifier === packageName);
  const described: Pick<DescribedPackage, 'variables' | 'arguments'> = own ?? { variables: [], arguments: [] };
  const read = new Set([...code.matchAll(readVariable)].map(nameIn));
  const documented = documentedIn(readme);
  const mentioned = [...read].filter((name) => new RegExp(`\\b${name}\\b`, 'u').test(readme));
  const inCode = readme === '' ? [...read].filter(namesSecret) : [];
  const variables = new Map(described.variables.map((hint) => [hint.name, hint]));
  for (const name of [...documented, ...mentioned, ...inCode])
    if (!variables.has(name)) variables.set(name, { name, secret: namesSecret(name), required: false });
  const referred = new Set(
    [...described.arguments.map(({ fixed }) => fixed), ...described.variables.map(({ default: preset }) => preset)]
      .flatMap((value) => placeholdersIn(value ?? ''))
      .concat(own?.transport?.port_input ?? []),
  );
  const wanted = [...variables.values()].filter(({ name }) => referred.has(name) || isSetting(name));
  const hosts = [...code.matchAll(/https:\/\/(?<name>[a-z0-9-]*\.?api[.-][a-z0-9.-]+\.[a-z]{2,})(?![\w.-])/gu)];
  return {
    variables: wanted.slice(0, maxVariables),
    arguments: described.arguments.length > 0 ? described.arguments : argumentsIn(readme, packageName),
    hosts: [...new Set(hosts.map(nameIn))].filter((host) => !host.includes('example')).slice(0, maxHosts),
    ...(own !== undefined && saidBeside(own, document)),
  };
}

/** What else the document says of this package, and of the server in other forms. */
function saidBeside(own: DescribedPackage, { packages, remotes }: ServerJson): Partial<PackageHints> {
  const others = packages.filter((each) => each !== own);
  const { transport, read, write, notes } = own;
  const alternatives = [...others.map(({ address }) => address), ...remotes.map(({ remote }) => remote.url)];
  return {
    ...(transport !== undefined && { transport }),
    ...(read.length > 0 && { read }),
    ...(write.length > 0 && { write }),
    ...(alternatives.length > 0 && { alternatives }),
    ...(notes.length > 0 && { notes }),
  };
}

/** The MCP registry's `server.json`, if the package contains one. */
function serverJson(files: readonly PackageFile[]): ServerJson {
  const isIt = (path: string): boolean => /(?:^|\/)server\.json$/u.test(path) && !path.includes('node_modules/');
  const file = files.find(({ path }) => path === 'server.json') ?? files.find(({ path }) => isIt(path));
  let document: unknown;
  try {
    document = file === undefined ? undefined : JSON.parse(Buffer.from(file.content).toString('utf8'));
  } catch {
    // It is only a suggestion: the manifest can be written without it.
  }
  return readServerJson(document);
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
      // `python -m` takes the name of a module.
      const names = new Set([packageName, packageName.replaceAll('-', '_')]);
      // The last one: `uv run --with package --python 3.12 package`.
      const at = words.findLastIndex((word) => names.has(word.replace(/(?<=.)(?:@|==).*$/su, '')));
      const before = words[at - 1] ?? '';
      // What is started is not named.
      if (at === -1 || before === '--with') return [];
      return [words.slice(at + (beforePackage.has(before) ? 2 : 1))];
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

/** Options of `uvx` and `npx` with a package, after which the name of its command comes. */
const beforePackage: ReadonlySet<string> = new Set(['--from', '--package', '-p']);

function nameOf(example: string): string {
  if (/^(?:[~/.]|[A-Za-z]:\\)/u.test(example)) return 'path';
  if (/:\/\//u.test(example)) return /^https?:/u.test(example) ? 'url' : 'database_url';
  return plainName(example);
}

function unused(name: string, hints: readonly ArgumentHint[]): string {
  const taken = new Set(hints.map((hint) => hint.name));
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
