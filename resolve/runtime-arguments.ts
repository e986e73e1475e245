/**
 * What the arguments of a runtime mean here: those that `docker run`, `npx`, `node` or `uvx` gets before the package. A
 * host starts servers in its own way, so none is passed on. Some become part of the manifest, most are of no use, and
 * some are refused because no lock and no reviewer sees what they load or open.
 */
import { isLoaderVariable } from '../core/environment.ts';

/** One option with its value, or one word. */
export interface RuntimeWord {
  readonly word: string;
  readonly value?: string;
}

export interface RuntimeMeaning {
  /** Variables of a container, with the value that is always set, if any. */
  readonly variables: readonly { readonly name: string; readonly value?: string }[];
  /** Paths for `permissions.filesystem`. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** What was left out, and why: for the author of the manifest. */
  readonly leftOut: readonly string[];
  /** What no manifest can say, and why. */
  readonly refused: readonly string[];
}

type Rule = readonly [pattern: RegExp, what: 'variable' | 'mount' | 'left out' | 'refused', why: string];

const ofHost = 'the host decides it';
const otherCode = 'it loads code that no lock covers';
const otherPlace = 'packages come from the configured registry alone';

/** Whether an option opens a folder to a container. */
export const isMount = (option: string): boolean => /^(?:-v|--volume|--mount)$/u.test(option);

const docker: readonly Rule[] = [
  [/^(?:-e|--env)$/u, 'variable', ''],
  [/^(?:-v|--volume|--mount)$/u, 'mount', ''],
  [/^(?:run|-i|-t|-it|-ti|-d|-q|--interactive|--tty|--rm|--init|--pull|--name|--quiet|--detach)$/u, 'left out', ofHost],
  [/^(?:-m|--memory.*|--cpus?|--cpu-.*|--pids-limit|--ulimit|--shm-size|--restart|--stop-.*)$/u, 'left out', ofHost],
  [
    /^(?:--read-only|--cap-drop|--platform|-u|--user|-w|--workdir|-l|--label|--log-.*|-h|--hostname)$/u,
    'left out',
    ofHost,
  ],
  [/^(?:-p|-P|--publish|--publish-all|--expose)$/u, 'left out', 'no port is opened to others'],
  [/^(?:--env-file)$/u, 'left out', 'declare each variable under launch.environment'],
  [/^(?:--tmpfs)$/u, 'left out', 'it may write below ${state}'],
  [/^(?:--add-host|--dns.*|--network-alias)$/u, 'left out', 'permissions.network says what it may reach'],
  [/^--entrypoint$/u, 'refused', 'the image says what runs; launch.arguments may add to it'],
  [
    /^(?:--privileged|--cap-add|--device.*|--gpus|--security-opt|--group-add|--runtime|--sysctl)$/u,
    'refused',
    'it gives the server more than a container has',
  ],
  [
    /^(?:--pid|--ipc|--uts|--userns|--cgroupns|--cgroup-parent|--volumes-from|--link)$/u,
    'refused',
    'it opens other processes or containers to the server',
  ],
];

const node: readonly Rule[] = [
  [
    /^(?:-y|--yes|--no|-q|-s|--quiet|--silent|--loglevel|--prefer-offline|--offline|--ignore-scripts|--no-audit|--no-fund|--no-warnings|--max-old-space-size|exec|--)$/u,
    'left out',
    ofHost,
  ],
  [/^(?:-p|--package)$/u, 'left out', 'the lock pins the package'],
  [
    /^(?:-r|--require|--import|--loader|--experimental-loader|-e|--eval|--print|-c|--call|-C|--conditions)$/u,
    'refused',
    otherCode,
  ],
  [/^(?:--node-options|--node-arg|--env-file.*|--openssl-.*|--experimental-config-file)$/u, 'refused', otherCode],
  [/^--inspect.*$/u, 'refused', 'whoever reaches its port can run code in the server'],
  [
    /^(?:--registry|--userconfig|--globalconfig|--proxy|--https-proxy|--strict-ssl|--cafile|--ca|--tls-.*)$/u,
    'refused',
    otherPlace,
  ],
];

const python: readonly Rule[] = [
  [/^(?:-p|--python)$/u, 'left out', 'the package says which versions of Python it takes'],
  [
    /^(?:run|tool|--|-q|--quiet|-v|--verbose|-u|-I|-n|--no-cache|--isolated|--offline|--no-progress|--refresh|--reinstall|--no-config|--native-tls|--color)$/u,
    'left out',
    ofHost,
  ],
  [/^(?:--prerelease|--pre|--exclude-newer|--resolution|-U|--upgrade)$/u, 'left out', 'the lock pins every version'],
  [/^-m$/u, 'left out', 'name the command of the package under launch.command'],
  [/^(?:--env-file)$/u, 'left out', 'declare each variable under launch.environment'],
  [/^(?:--with.*|--spec|-e|--editable|--directory|--project|-c|-X|--overrides|--constraints?)$/u, 'refused', otherCode],
  [
    /^(?:--index.*|-i|--default-index|--extra-index-url|-f|--find-links|--allow-insecure-host|--trusted-host|--keyring-provider)$/u,
    'refused',
    otherPlace,
  ],
];

interface Runtime {
  readonly rules: readonly Rule[];
  /** Options of one letter that stand alone: the word after one is no value of it. */
  readonly letters: RegExp;
}

const container: Runtime = { rules: docker, letters: /^-[itdqP]+$/u };
const javaScript: Runtime = { rules: node, letters: /^-[yqs]$/u };
const pythonic: Runtime = { rules: python, letters: /^-[qvuInU]$/u };

const runtimes: ReadonlyMap<string, Runtime> = new Map([
  ['docker', container],
  ['podman', container],
  ['npx', javaScript],
  ['npm', javaScript],
  ['node', javaScript],
  ['uvx', pythonic],
  ['uv', pythonic],
  ['pipx', pythonic],
  ['python', pythonic],
  ['python3', pythonic],
]);

/** Long options that stand alone. */
const alone =
  /^--(?:interactive|tty|rm|init|quiet|detach|read-only|privileged|publish-all|yes|no|silent|prefer-offline|offline|ignore-scripts|no-.*|isolated|verbose|refresh|reinstall|native-tls|pre|upgrade|inspect(?:-brk|-wait)?)?$/u;

/**
 * @param runtime what starts the package: `docker`, `npx`, `uvx`
 * @param packageName the package as the runtime is given it, which means nothing more
 */
export function meaningOf(runtime: string, words: readonly RuntimeWord[], packageName: string): RuntimeMeaning {
  const { rules = [], letters } = runtimes.get(runtime) ?? {};
  const found = {
    ...{ variables: [] as { name: string; value?: string }[], read: [] as string[], write: [] as string[] },
    ...{ leftOut: [] as string[], refused: [] as string[] },
  };
  for (const { word, value = '' } of withValues(words, letters)) {
    if (word === packageName || word.startsWith(`${packageName}@`)) continue;
    const shown = [runtime, word, value].filter((part) => part !== '').join(' ');
    const refuse = (why: string): void => void found.refused.push(`${shown}: ${why}`);
    const leaveOut = (why: string): void => void found.leftOut.push(`${shown}: ${why}`);
    if (/^--net(?:work)?$/u.test(word) && rules === docker) {
      if (value === 'host' || value.startsWith('container:'))
        refuse('it opens the network of the machine to the server');
      else leaveOut('permissions.network says what it may reach');
      continue;
    }
    if (word === '--from' && rules === python) {
      if (nameIn(value) === nameIn(packageName)) leaveOut('the lock pins the package');
      else refuse('it is another package');
      continue;
    }
    const [, what, why = ''] = rules.find(([pattern]) => pattern.test(word)) ?? [];
    switch (what) {
      case 'variable': {
        const { name, preset } = /^(?<name>[A-Za-z_]\w*)(?:=(?<preset>.*))?$/su.exec(value)?.groups ?? {};
        if (name === undefined) leaveOut('it names no variable');
        else if (isLoaderVariable(name)) refuse('the variable decides which code is loaded');
        else found.variables.push({ name, ...(preset !== undefined && preset !== '' && { value: preset }) });
        break;
      }
      case 'mount': {
        const { source, readOnly } = mountOf(value);
        if (source === undefined) leaveOut('it may keep files below ${state}');
        else if (tooMuch.test(source)) refuse('it opens more than a folder of the user to the server');
        else found[readOnly ? 'read' : 'write'].push(source);
        break;
      }
      case 'left out':
        leaveOut(why);
        break;
      case 'refused':
        refuse(why);
        break;
      case undefined:
        leaveOut('nothing here knows what it means');
        break;
      default:
        what satisfies never;
    }
  }
  return found;
}

/** Splits `--name=value` and `-e NAME`, and joins an option with the word that follows it. */
function withValues(words: readonly RuntimeWord[], letters: RegExp | undefined): RuntimeWord[] {
  const joined: RuntimeWord[] = [];
  for (let index = 0; index < words.length; index++) {
    const each = words[index] ?? { word: '' };
    const { option = each.word, own } = /^(?<option>-[^\s=]*)(?:[\s=]+(?<own>.*))?$/su.exec(each.word)?.groups ?? {};
    const value = each.value ?? own;
    const next = words[index + 1];
    if (
      value === undefined &&
      option.startsWith('-') &&
      !alone.test(option) &&
      letters?.test(option) !== true &&
      next?.value === undefined &&
      next?.word.startsWith('-') === false
    ) {
      joined.push({ word: option, value: next.word });
      index++;
    } else joined.push({ word: option, ...(value !== undefined && { value }) });
  }
  return joined;
}

/** `/source:/target:ro`, or `type=bind,src=/source,dst=/target,readonly`. A volume with a name has no source here. */
function mountOf(value: string): { readonly source: string | undefined; readonly readOnly: boolean } {
  const fields = /(?:^|,)(?:type|src|source|dst|target)=/u.test(value)
    ? new Map(value.split(',').map((field) => [field.split('=')[0] ?? '', field.slice(field.indexOf('=') + 1)]))
    : undefined;
  const parts = /^(?<source>(?:[A-Za-z]:[\\/])?[^:]*):(?<target>[^:]*)(?::(?<options>.*))?$/u.exec(value)?.groups;
  const source = fields?.get('src') ?? fields?.get('source') ?? parts?.source;
  const readOnly =
    fields !== undefined ? fields.has('readonly') || fields.has('ro') : /(?:^|,)ro(?:,|$)/u.test(parts?.options ?? '');
  // What is no path is the name of a volume.
  const isPath = source !== undefined && /^(?:[/~.$]|[A-Za-z]:[\\/])/u.test(source);
  return { source: isPath ? source : undefined, readOnly };
}

/** The whole disk, folders of the system, the whole home folder, or the socket of a container engine. */
const tooMuch =
  /^(?:\/|[A-Za-z]:[\\/]?|~\/?|\$HOME\/?|\$\{HOME\}\/?|\/(?:etc|proc|sys|dev|boot|root|home|Users|usr|var|run|bin|lib|opt)\/?)$|(?:docker|podman|containerd)\.sock$|(?:^|[\\/])\.\.(?:[\\/]|$)|[\\/]\.(?:ssh|aws|gnupg|kube|docker)(?:[\\/]|$)/iu;

/** `name[extra]==1.0` → `name` */
const nameIn = (requirement: string): string =>
  (/^[A-Za-z0-9._-]+/u.exec(requirement)?.[0] ?? requirement).replaceAll(/[-_.]+/gu, '-').toLowerCase();
