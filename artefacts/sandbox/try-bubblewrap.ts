/** What bubblewrap can do on this machine. It is really tried, because it may be installed, but not allowed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { sandboxTrialMs } from '../../core/limits.ts';
import { confinedCommand, type Bounds, type Confinement } from './bubblewrap.ts';

/** Where systems and administrators put it. Not on the PATH, which the configuration of a client can set. */
const places = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap', '/run/current-system/sw/bin/bwrap'];

/** The absolute path of bubblewrap; undefined where it is not installed. */
export const findBubblewrap = (): string | undefined => places.find((path) => existsSync(path));

/** What it says where it makes no sandbox; nothing where it makes one. */
export const whyNoSandbox = (program: string): Promise<string | undefined> => attempt(program, none);

/** Each limit that works here. */
export async function tryBounds(program: string): Promise<Bounds> {
  const [size, namespaces, resources] = await Promise.all(
    (['size', 'namespaces', 'resources'] as const).map(
      async (key) => (await attempt(program, { ...none, [key]: true })) === undefined,
    ),
  );
  return { size: size === true, namespaces: namespaces === true, resources: resources === true };
}

const none: Bounds = { size: false, namespaces: false, resources: false };

const nothing: Confinement = {
  ...{ files: [], temporary: ['/home/sandbox'], folder: '/home/sandbox', environment: new Map(), network: false },
  limits: { memoryBytes: 1 << 30, cpuSeconds: 60, fileBytes: 1 << 20 },
};

async function attempt(program: string, bounds: Bounds): Promise<string | undefined> {
  // In its own process: before Linux 5.14, a busy user may already have more processes than a server is allowed.
  const command = ['/bin/sh', '-c', '/usr/bin/true & wait $!'];
  const [file = '', ...words] = confinedCommand(program, command, nothing, bounds);
  return promisify(execFile)(file, words, { timeout: sandboxTrialMs, env: {} }).then(
    () => undefined,
    ({ stderr = '', message = '' }: { readonly stderr?: string; readonly message?: string }) =>
      (stderr.trim().split('\n')[0] ?? '') || (message.split('\n')[0] ?? '') || 'it fails',
  );
}
