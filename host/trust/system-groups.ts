/**
 * The groups of this account, as the operating system knows them. Names are never split at spaces: of a group that is called
 * `read finance`, the word `finance` is no group.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { groupsDeadlineMs, maxGroupsBytes } from '../../core/limits.ts';
import { readRegularFile } from '../../core/regular-file.ts';

/** @throws Failure `system-groups` */
export function systemGroups(os: NodeJS.Platform = process.platform): ReadonlySet<string> {
  switch (os) {
    case 'win32':
      return groupsOfWhoami(answer('C:\\Windows\\System32\\whoami.exe', ['/groups', '/fo', 'csv', '/nh']));
    case 'darwin': {
      // Node's list ends at sixteen here.
      const numbers = answer('/usr/bin/id', ['-G']).trim().split(' ');
      return groupsOfDirectory(
        numbers.map((number) => answer('/usr/bin/dscacheutil', ['-q', 'group', '-a', 'gid', number])).join('\n\n'),
        new Set(numbers),
      );
    }
    default:
      return groupsOfDatabase(groupDatabase(ownNumbers()), new Set(ownNumbers()));
  }
}

const ownNumbers = (): string[] =>
  [...new Set([process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])])].map(String);

/** `getent` also asks a directory of the organisation. A system that has none has no such directory. */
function groupDatabase(numbers: readonly string[]): string {
  const getent = '/usr/bin/getent';
  // It ends with 2 where one of the numbers has no name.
  if (existsSync(getent)) return answer(getent, ['group', ...numbers], [0, 2]);
  const terms = { code: 'E_STORE', remedy: 'repair the system', follow: true } as const;
  return readRegularFile('/etc/group', maxGroupsBytes, terms).bytes.toString('utf8');
}

/** Lines of group(5): `name:password:number:members`. */
export const groupsOfDatabase = (text: string, numbers: ReadonlySet<string>): ReadonlySet<string> =>
  named(
    text.split('\n').flatMap((line) => {
      const [name, , number, members, ...more] = line.split(':');
      return name !== undefined &&
        number !== undefined &&
        members !== undefined &&
        more.length === 0 &&
        numbers.has(number)
        ? [name]
        : [];
    }),
  );

/** Blocks of lines such as `name: staff` and `gid: 20`. */
export const groupsOfDirectory = (text: string, numbers: ReadonlySet<string>): ReadonlySet<string> =>
  named(
    text.split(/\n\s*\n/u).flatMap((block) => {
      const name = /^name: (?<name>.*)$/mu.exec(block)?.groups?.name;
      const number = /^gid: (?<number>\d+)$/mu.exec(block)?.groups?.number;
      return name !== undefined && number !== undefined && numbers.has(number) ? [name] : [];
    }),
  );

/** Lines such as `"EXAMPLE\finance","Group","S-1-5-21-…","Mandatory group, Enabled by default, Enabled group"`. */
export const groupsOfWhoami = (text: string): ReadonlySet<string> =>
  named(
    text.split(/\r?\n/u).flatMap((line) => {
      const [name, , , attributes] = [...line.matchAll(/"(?<cell>[^"]*)"/gu)].map(({ groups }) => groups?.cell ?? '');
      // What is there only to deny something, and the level of integrity, are not enabled.
      return attributes?.includes('Enabled group') === true ? [name?.split('\\').at(-1) ?? ''] : [];
    }),
  );

const named = (names: readonly string[]): ReadonlySet<string> => new Set(names.filter((name) => name !== ''));

/** What a program of the system prints. It gets no variable of the user's. */
function answer(program: string, words: readonly string[], fine: readonly number[] = [0]): string {
  const { status, stdout, error } = spawnSync(program, words, {
    encoding: 'utf8',
    env: process.platform === 'win32' ? { SystemRoot: 'C:\\Windows' } : { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: groupsDeadlineMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxGroupsBytes,
  });
  if (error === undefined && status !== null && fine.includes(status)) return stdout;
  throw new Failure(
    'system-groups',
    `${program} does not say which groups this account belongs to`,
    'ask the people who manage this device: the trust config may name the groups instead of groupsFrom',
    error && { cause: error },
  );
}
