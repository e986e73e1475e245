/** How the version that a registry publishes of this program stands to the one that runs. */
import { compare } from 'semver';
import type { PublishedLauncher } from '../../artefacts/launcher.ts';
import { launcherPath } from '../../core/metadata.ts';
import type { RegistryState } from '../trust/registry-state.ts';

export type Standing = 'none' | 'same' | 'newer' | 'older';

export interface LauncherState {
  readonly running: string;
  /** What the holders of the targets role signed; null where no version is published. */
  readonly published: PublishedLauncher | null;
  /** Of the published one. */
  readonly standing: Standing;
}

/** From verified metadata: nothing is asked for it. */
export function launcherState({ chain }: RegistryState, running: string): LauncherState {
  const file = chain.targets.targets[launcherPath];
  if (file === undefined) return { running, published: null, standing: 'none' };
  const { version } = file.custom;
  const order = compare(version, running);
  return {
    running,
    published: { version, sha256: file.hashes.sha256, bytes: file.length },
    standing: order > 0 ? 'newer' : order < 0 ? 'older' : 'same',
  };
}

export function launcherWords({ running, published, standing }: LauncherState): string {
  if (published === null) return `countersign ${running}; the registry publishes no version of it`;
  switch (standing) {
    case 'newer':
      return `countersign ${running}; ${published.version} is published: countersign self-update`;
    case 'older':
      return `countersign ${running}, newer than ${published.version}, which is published`;
    default:
      return `countersign ${running}, which is the one that is published`;
  }
}
