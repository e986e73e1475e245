/** Takes the host's own program apart, for people who propose or sign it. No process that holds an online key does. */
import { openLauncher } from '../../artefacts/launcher.ts';
import type { LauncherFile } from '../../schemas/types.ts';
import { targetFile } from '../metadata/role.ts';

/** What the targets file is to say of a program's bytes. @throws what `openLauncher` throws */
export const describeLauncher = (bytes: Uint8Array, what: string): LauncherFile => ({
  ...targetFile(bytes),
  custom: { version: openLauncher(bytes, what).version },
});
