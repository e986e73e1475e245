/** The Python that runs servers on this machine. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { maxConfigBytes, pythonDeadlineMs } from '../../core/limits.ts';
import { isJsonObject } from '../../core/json.ts';
import type { Interpreter } from '../../core/platform.ts';
import { Refusal } from '../../core/refusal.ts';

/**
 * It says what it is, without running a file that is not its own. As JSON that it writes without its own module for it:
 * loading that takes as long as starting Python.
 */
const question = `
import os, sys
def text(value):
    if value is None: return 'null'
    units = memoryview(value.encode('utf-16-le', 'surrogatepass')).cast('H')
    return '"%s"' % ''.join('\\\\u%04x' % unit for unit in units)
def libc():
    try: return os.confstr('CS_GNU_LIBC_VERSION')
    except (AttributeError, ValueError, OSError): return None
def macos():
    if sys.platform != 'darwin': return None
    import platform
    return platform.mac_ver()[0]
def machine():
    if sys.maxsize < 2**32: return '32 bits'
    if hasattr(os, 'uname'): return os.uname().machine
    return 'ARM64' if '(ARM64)' in sys.version else 'AMD64'
answer = {
    'implementation': text(sys.implementation.name), 'version': str(list(sys.version_info[:3])),
    'platform': text(sys.platform), 'machine': text(machine()), 'libc': text(libc()), 'macos': text(macos()),
    'prefix': text(sys.base_prefix), 'freeThreaded': 'true' if 't' in getattr(sys, 'abiflags', '') else 'false',
}
print('{%s}' % ','.join('"%s":%s' % each for each in answer.items()))`;

/** Options under which Python reads no variable, no folder of the user, and none of its own site-packages. */
export const isolated = ['-I', '-S', '-B'] as const;

/**
 * @param given the absolute path that the trust config names; the system's own otherwise
 * @throws Refusal E_UNSUPPORTED where there is none, or it is no CPython that wheels are made for
 */
export function findInterpreter(given?: string, deadlineMs: number = pythonDeadlineMs): Interpreter {
  const executable = given ?? systemPythons().find((path) => existsSync(path));
  if (executable === undefined || !isAbsolute(executable) || !existsSync(executable))
    throw unsupported(
      given === undefined ? 'there is no Python in the folders of the system' : `${given} is no Python`,
      'install Python 3.10 or newer, or name one as `python` in the trust config',
    );
  const { status, stdout } = spawnSync(executable, [...isolated, '-c', question], {
    encoding: 'utf8',
    // Nothing that would make it load other code.
    env: process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {},
    timeout: deadlineMs,
    // A program may ignore the usual signal.
    killSignal: 'SIGKILL',
    maxBuffer: maxConfigBytes,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const answer = status === 0 ? readAnswer(executable, stdout) : undefined;
  if (answer === undefined)
    throw unsupported(`${executable} does not say which Python it is`, 'install CPython 3.10 or newer');
  return answer;
}

/** Where systems and administrators put it; the newest first on Windows. */
function systemPythons(): string[] {
  if (process.platform !== 'win32')
    return ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'].map((folder) => join(folder, 'python3'));
  const folder = String.raw`C:\Program Files`;
  try {
    const found = readdirSync(folder).filter((name) => /^Python3\d+$/u.test(name));
    return found
      .sort((a, b) => Number(b.slice('Python3'.length)) - Number(a.slice('Python3'.length)))
      .map((name) => join(folder, name, 'python.exe'));
  } catch {
    return [];
  }
}

interface Answer {
  readonly implementation: string;
  readonly version: readonly [number, number, number];
  readonly platform: string;
  readonly machine: string;
  readonly libc: string | null;
  readonly macos: string | null;
  readonly prefix: string;
  readonly freeThreaded: boolean;
}

/** Undefined where it is no answer to the question. */
function parseAnswer(text: string): Answer | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(said)) return undefined;
  const { version, libc, macos, freeThreaded } = said;
  const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= maxAnswerLength;
  const isWhole =
    ['implementation', 'platform', 'machine', 'prefix'].every((key) => isText(said[key])) &&
    [libc, macos].every((each) => each === null || isText(each)) &&
    typeof freeThreaded === 'boolean' &&
    Array.isArray(version) &&
    version.length === 3 &&
    version.every((part) => Number.isSafeInteger(part) && Number(part) >= 0);
  return isWhole ? (said as unknown as Answer) : undefined;
}

const maxAnswerLength = 1_000;

function readAnswer(executable: string, text: string): Interpreter | undefined {
  const said = parseAnswer(text);
  if (said === undefined) return undefined;
  const os = (['linux', 'darwin', 'win32'] as const).find((each) => each === said.platform);
  const machine = machines.get(said.machine);
  if (said.implementation !== 'cpython' || said.freeThreaded || os === undefined || machine === undefined)
    throw unsupported(
      `${executable} is ${said.implementation}${said.freeThreaded ? ' without a global lock' : ''} for ${said.platform} on ${said.machine}`,
      'install the usual CPython for x64 or arm64',
    );
  const glibc = /^glibc (?<major>\d+)\.(?<minor>\d+)/u.exec(said.libc ?? '')?.groups;
  const [major = 0, minor = 0] = (said.macos ?? '').split('.').map(Number);
  return {
    implementation: 'cpython',
    version: said.version,
    os,
    machine,
    ...(os === 'linux' && {
      libc:
        glibc === undefined
          ? // Every musl that Node 24 runs on takes wheels for musl 1.2.
            { name: 'musl' as const, version: [1, 2] as const }
          : { name: 'glibc' as const, version: [Number(glibc['major']), Number(glibc['minor'])] as const },
    }),
    ...(os === 'darwin' && { macos: [major, minor] as const }),
    executable,
    prefix: said.prefix,
  };
}

const machines: ReadonlyMap<string, 'x64' | 'arm64'> = new Map([
  ['x86_64', 'x64'],
  ['AMD64', 'x64'],
  ['aarch64', 'arm64'],
  ['arm64', 'arm64'],
  ['ARM64', 'arm64'],
]);

const unsupported = (message: string, remedy: string): Refusal => new Refusal('E_UNSUPPORTED', message, remedy);
