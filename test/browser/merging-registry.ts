/** A registry in a git repository, into which one manifest after the other is merged by the commands themselves. */
import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../core/digest.ts';
import { serveDist } from '../../scripts/publish/server.ts';
import type { FakePackage } from '../support/npm-registry.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { smallManifest } from '../support/tiny-server.ts';

export interface MergingRegistry extends Pick<TinyRegistry, 'folder' | 'npm'> {
  /** `registry …`. @throws where it fails */
  readonly done: (...words: string[]) => Promise<void>;
  /** Locks and commits a version of a server that is a package; `more` are lines of its manifest. */
  readonly merge: (merged: Merged) => Promise<void>;
}

interface Merged {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly more?: string;
  /** Its description and its maintainer, where they are others. */
  readonly words?: readonly (readonly [was: string, now: string])[];
}

export async function mergingRegistry(packages: readonly FakePackage[]): Promise<MergingRegistry> {
  const { folder, npm, run, write } = await emptyRegistry(packages);
  const done = async (...words: string[]): Promise<void> => {
    const { status, stderr } = await run(...words);
    if (status !== 0) throw new Error(stderr);
  };
  const git = (...words: string[]): void => {
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: folder });
  };
  git('init', '--quiet', '--initial-branch', 'main');
  return {
    folder,
    npm,
    done,
    merge: async ({ name, package: what, version, more = '', words = [] }) => {
      const artefact = { url: `npm:${what}@${version}`, sha256: sha256(npm.tarball(what, version)) };
      const manifest = smallManifest(name, version, artefact, more);
      const written = words.reduce((text, [was, now]) => text.replace(was, now), manifest);
      await write(`servers/${name}.yaml`, written);
      await done('lock');
      git('add', 'registry.yaml', 'policy.yaml', 'servers');
      git('commit', '--quiet', '--message', `${name} ${version}`);
    },
  };
}

export interface ServedFolder {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

export async function serveFolder(folder: string): Promise<ServedFolder> {
  const server = await serveDist(folder, { port: 0 });
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
