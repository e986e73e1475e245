/** The host's own program in a ceremony: which bytes the targets file names, and where the folder trust/ keeps them. */
import { sha256 } from '../../core/digest.ts';
import { launcherPath } from '../../core/metadata.ts';
import type { LauncherFile, TargetsRole } from '../../schemas/types.ts';

/** Beside the proposals: the bytes travel with the digest that people sign. */
export const launcherFolder = 'trust/launcher';

/** Under its digest, as it is published: `trust/launcher/<sha256>.countersign.tgz`. */
export const launcherFile = (digest: string): string => `${launcherFolder}/${digest}${ending}`;
const ending = '.countersign.tgz';

/** The digest in the name of such a file; undefined for every other name. */
export const launcherDigestIn = (name: string): string | undefined =>
  /^(?<digest>[0-9a-f]{64})\.countersign\.tgz$/u.exec(name)?.groups?.['digest'];

/** What a targets file says; undefined where it names no program. */
export const launcherIn = (targets: TargetsRole | undefined): LauncherFile | undefined =>
  targets?.targets[launcherPath];

/** The bytes that a targets file names, if they are among these. */
export function launcherBytes(file: LauncherFile, launchers: ReadonlyMap<string, Uint8Array>): Uint8Array | undefined {
  const bytes = launchers.get(file.hashes.sha256);
  return bytes !== undefined && bytes.byteLength === file.length && sha256(bytes) === file.hashes.sha256
    ? bytes
    : undefined;
}
