import { chmod, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure, UsageError } from '../../core/failure.ts';
import { outcomeOf } from '../audit/event.ts';
import { ignoreNamedAuthorities } from '../certificates.ts';
import type { CommandSpec } from '../command-line.ts';
import { print } from '../output.ts';
import host from '../package.json' with { type: 'json' };
import type { Task } from '../update/self-update.ts';
import type { LauncherState } from '../update/standing.ts';
import { open, refreshNow, type Opened } from './common.ts';

/** `countersign self-update`: fetches the published version of this program, proves it, and lets the link lead to it. */
export const selfUpdate: CommandSpec = {
  name: 'self-update',
  words: '',
  description: 'put the version of this program that the registry publishes in the place of this one',
  count: [0, 0],
  options: {
    check: { type: 'boolean', description: 'only say which version is published' },
    older: { type: 'boolean', description: 'also where the published version is older: go back to it' },
    into: { type: 'string', value: 'folder', description: 'put it into <folder>/<version>, and switch no link' },
  },
  run: async ({ options }) => {
    const { check, older, into } = options;
    if (into === '') throw new UsageError('--into names no folder', 'name one, such as --into /opt/countersign');
    ignoreNamedAuthorities(process.env);
    const opened = await open(options);
    const state = await refreshNow(opened.servers.registry);
    const { launcherState, launcherWords } = await import('../update/on-demand.ts');
    const found = launcherState(state, host.version);
    if (check === true)
      return print(options.json, { schemaVersion: 1, ...found, updated: false }, [launcherWords(found)]);
    const { published } = found;
    if (published === null)
      throw new Failure(
        'no-launcher',
        'the registry publishes no version of this program',
        'install the next one from its file (docs/hosts.md); `registry launcher propose` lets a registry publish one',
      );
    if (found.standing === 'older' && older !== true)
      throw new Failure(
        'older-launcher',
        `the registry publishes countersign ${published.version}, which is older than this one, ${host.version}`,
        'nothing was changed; to go back to it, run `countersign self-update --older`',
      );
    if (found.standing === 'same' && into === undefined)
      return print(options.json, { schemaVersion: 1, ...found, updated: false }, [launcherWords(found)]);
    await update(opened, { ...found, published }, options.json, typeof into === 'string' ? into : undefined);
  },
};

/** The audit trail has every attempt. */
async function update(
  { trust, servers }: Opened,
  found: LauncherState & { readonly published: NonNullable<LauncherState['published']> },
  json: boolean | undefined,
  into: string | undefined,
): Promise<void> {
  const { published, running } = found;
  const { keychainAdvice, selfUpdate: put } = await import('../on-demand.ts');
  const registry = trust.config.registry.id;
  const { log } = servers.trail;
  try {
    const where = await placeOf(into);
    const { folder, keychain } = await put({
      ...{ ...where, published },
      fetch: async () => {
        const bytes = await servers.registry.launcher();
        if (bytes !== undefined) return bytes;
        throw new Failure('no-launcher', 'the registry published none a moment ago', 'run the command again');
      },
      now: () => new Date(),
      audit: (message) => {
        log.append({ event: 'update', registry, outcome: 'allowed', message: `from ${running}: ${message}` });
      },
    });
    const { link } = where;
    const result = { ...found, updated: link !== undefined, folder, link: link ?? null, keychain };
    print(json, { schemaVersion: 1, ...result }, [
      `countersign ${published.version} was proved, and lies in ${folder}`,
      link === undefined
        ? `nothing leads to it yet: link ${folder}/node_modules/.bin/countersign`
        : `${link} leads to it; ${running} stays in its folder for servers that run, and is yours to delete later`,
      ...(keychain === 'missing' ? [keychainAdvice(published.version)] : []),
    ]);
  } catch (error) {
    log.appendFailure({ event: 'update', registry, ...outcomeOf(error) });
    throw error;
  }
}

/** @throws Failure `windows`, `other-layout`, `no-link`, `not-writable` */
async function placeOf(into: string | undefined): Promise<Pick<Task, 'root' | 'folder' | 'link'>> {
  if (process.platform === 'win32')
    throw new Failure(
      'windows',
      'a version of this program is not switched on Windows: the `Path` of the system leads to it',
      'install the next one from its file, and change the `Path` (docs/hosts.md); --check says which one is published',
    );
  if (into === undefined) {
    const { findPlace } = await import('../on-demand.ts');
    return findPlace(import.meta.filename, process.argv[1], host.version);
  }
  const root = resolve(into);
  try {
    const first = await mkdir(root, { recursive: true });
    // Everybody runs what lies there, whatever the umask.
    if (first !== undefined)
      for (let made = root; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
  } catch (error) {
    throw asDiskFailure(error, root);
  }
  return { root };
}
