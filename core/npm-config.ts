/**
 * npm's own configuration, read as npm reads it. So proxies, certificate authorities, client certificates, mirrors and
 * their tokens stay where the organisation already keeps them. A project's .npmrc is ignored, because this may run in a
 * folder that is not trusted.
 */
import { access } from 'node:fs/promises';
import { delimiter, dirname, join, parse } from 'node:path';
import type { Options } from 'npm-registry-fetch';

/** What npm's fetching libraries take, tokens included: never print it. */
export type NpmOptions = Options & {
  readonly registry: string;
  readonly cache?: string;
  readonly ca?: string | string[] | null;
  readonly cert?: string | null;
  readonly key?: string | null;
  readonly strictSSL?: boolean;
  readonly proxy?: string | null;
  readonly httpsProxy?: string | null;
  readonly noProxy?: string | string[];
};

let loaded: Promise<NpmOptions> | undefined;

/** Read once a process. */
export const npmOptions = (): Promise<NpmOptions> => (loaded ??= load());

async function load(): Promise<NpmOptions> {
  const { default: Config } = await import('@npmcli/config');
  const { definitions, shorthands, flatten } = (await import('@npmcli/config/lib/definitions/index.js')).default;
  const npm = await npmOnPath();
  const config = new Config({
    definitions,
    shorthands,
    flatten,
    npmPath: npm === undefined ? dirname(process.execPath) : join(npm.prefix, 'lib', 'node_modules', 'npm'),
    // The global configuration belongs to the Node beside npm, which need not be the one that runs this.
    execPath: npm?.node ?? process.execPath,
    argv: [],
    // A copy, because npm writes its configuration, including Node's options, into the environment for its scripts.
    env: { ...process.env },
    cwd: parse(process.cwd()).root,
  });
  await config.load();
  return config.flat as NpmOptions;
}

/** The installation that `npm` on the PATH belongs to. */
async function npmOnPath(): Promise<{ readonly node: string; readonly prefix: string } | undefined> {
  const [npm, node] = process.platform === 'win32' ? ['npm.cmd', 'node.exe'] : ['npm', 'node'];
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    try {
      await access(join(folder, npm));
      await access(join(folder, node));
      return { node: join(folder, node), prefix: dirname(folder) };
    } catch {
      // Not this folder.
    }
  }
  return undefined;
}
