/** What the install script of a package does. Hosts never run it, but it shows what a package is made for. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { nativeFormat } from './native.ts';
import { installScriptsOf, manifestOf } from './package-fields.ts';
import { fetchesPackages } from './package-managers.ts';
import { readReferences } from './references.ts';
import type { CodeFinding, InstallScript } from './report.ts';

const maxCommandLength = 300;

/** Undefined for a package without an install script. */
export function installScriptOf(
  files: readonly PackageFile[],
  findings: readonly CodeFinding[],
): InstallScript | undefined {
  const manifest = manifestOf(files);
  const scripts = installScriptsOf(manifest);
  const isImplied = files.some(({ path }) => path === 'binding.gyp');
  if (scripts.size === 0 && !isImplied) return undefined;
  const commands = [...scripts.values()].flatMap((script) => commandsOf(script, manifest));
  return {
    commands: commands.map((command) => command.slice(0, maxCommandLength).toWellFormed()),
    isDeclared: scripts.size > 0,
    kind: kindOf(commands, { files, findings }),
    isBuilt: files.some(({ path, content }) => path.endsWith('.node') && nativeFormat(content) !== undefined),
  };
}

/** The single commands of a script, with those of the scripts that it runs by name. */
function commandsOf(script: string, { scripts }: JsonObject, depth = 0): string[] {
  return [...script.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|[^&|;\n])+/gu)]
    .map(([command]) => command.trim())
    .filter((command) => command !== '')
    .flatMap((command) => {
      const name = /^(?:npm|pnpm|yarn|bun)\s+run(?:-script)?\s+([\w:.-]+)$/u.exec(command)?.[1];
      const named = isJsonObject(scripts) && name !== undefined ? scripts[name] : undefined;
      return typeof named === 'string' && depth < 5 ? commandsOf(named, { scripts }, depth + 1) : [command];
    });
}

interface Scanned {
  readonly files: readonly PackageFile[];
  readonly findings: readonly CodeFinding[];
}

function kindOf(commands: readonly string[], { files, findings }: Scanned): InstallScript['kind'] {
  if (findings.some(({ rule, file }) => rule === 'code-install-download' && file === 'package.json')) return 'fetches';
  const others = commands.filter((command) => !builds.test(command));
  if (others.length === 0) return 'build';
  const { paths, texts, isFollowed } = followed(others, files);
  const has = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
  if (findings.some(({ rule, file, weak }) => paths.has(file) && weak !== true && rule !== 'code-native-executable'))
    return 'fetches';
  if (has(network) && has(programs)) return 'fetches';
  if (others.some((command) => fetchesPackages.test(command) && !onlyAllow.test(command)) || has(loaders))
    return 'fetches';
  if (!isFollowed || has(network) || has(programs)) return 'unknown';
  return others.length < commands.length ? 'build' : 'quiet';
}

interface Followed {
  readonly paths: ReadonlySet<string>;
  /** The texts of the commands and of all programs that they run. */
  readonly texts: readonly string[];
  /** Whether nothing else is run. */
  readonly isFollowed: boolean;
}

function followed(commands: readonly string[], files: readonly PackageFile[]): Followed {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const find = (path: string): string | undefined =>
    ['', '.js', '.cjs', '.mjs', '/index.js', '.json']
      .map((ending) => `${path}${ending}`)
      .find((each) => byPath.has(each));
  const paths = new Set<string>();
  const texts = [...commands];
  let isFollowed = true;
  const follow = (name: string, folder: string): void => {
    const path = find(posix.join(folder, name));
    if (path === undefined) isFollowed = false;
    else paths.add(path);
  };
  const read = (content: Uint8Array, folder: string): void => {
    const { loads, loadsUnknown } = readReferences(content);
    isFollowed &&= !loadsUnknown;
    for (const name of loads)
      if (name.startsWith('.')) follow(name, folder);
      else isFollowed &&= isBuiltin(name);
  };
  for (const command of commands) {
    const [, code, file] = /^node\s+(?:(?:-e|--eval)\s+(.+)|([\w@./-]+))$/su.exec(command) ?? [];
    if (code !== undefined) read(Buffer.from(unquoted(code)), '.');
    else if (file === undefined) isFollowed = false;
    else follow(file, '.');
  }
  // A set can grow while it is read: what is added is read too.
  for (const path of paths) {
    const { content } = byPath.get(path) as PackageFile;
    texts.push(Buffer.from(content).toString('utf8'));
    if (!path.endsWith('.json')) read(content, posix.dirname(path));
  }
  return { paths, texts, isFollowed };
}

/** The text of an argument as a shell passes it. */
const unquoted = (word: string): string =>
  word.startsWith('"') ? word.slice(1, -1).replaceAll(/\\(["\\$`])/gu, '$1') : word.replaceAll(/^'|'$/gu, '');

/** Commands that build native code for the machine, check that it was built, or do nothing. */
const builds =
  /^(?:exit 0|true|:|echo\b[^`$|<>&]*|(?:npx\s+)?(?:node-gyp(?:\.js)?\s+(?:re)?build|node-gyp(?:\.js)?\s+configure|node-gyp-build(?:-optional-packages)?(?:-test)?|prebuild-install|prebuildify|node-pre-gyp\s+install|prebuild\s+--compile|husky(?:\s+install)?)(?:\s+--?[\w=-]+(?:\s+napi)?)*)$/u;

/** Fetches a well-known package that ends the installation by another package manager. Many packages forget to take it out. */
const onlyAllow = /^npx\s+(?:(?:-y|--yes)\s+)?only-allow\s+(?:npm|pnpm|yarn|bun)$/u;

/** Ways to use a network; broader than the rules, because an install script needs none. */
const network =
  /['"`](?:node:)?(?:https?|http2|net|tls|dgram|dns|undici|axios|node-fetch|got|ky|request|needle|superagent|ws)['"`]|\bfetch\s*\(|\b(?:XMLHttpRequest|WebSocket|EventSource|curl|wget|Invoke-WebRequest)\b/u;

/** Ways to start a program. */
const programs =
  /child_process|['"`](?:execa|cross-spawn|shelljs|zx)['"`]|\bBun\.|process\.binding|(?<!\.)\b(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|fork)\s*\(/u;

/** Programs of a system that run what is in another file, under a name that nobody suspects. */
const loaders = /\b(?:rundll32|regsvr32|regasm|regsvcs|installutil|mshta|msiexec|cscript|wscript)(?:\.exe)?\b/iu;
