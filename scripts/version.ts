import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };

/** Of this program. */
export const { version } = manifest;

/** Rooms whose code decides what a manifest, a lock or an approval says, and what is published of it. */
const judging = ['schemas', 'core', 'artefacts', 'store', 'catalog', 'signer', 'host', 'scripts'];

/**
 * Which program this is, to the last byte of what judges: in a clone the code changes without a new version. What another
 * program found out is found out again.
 */
export function programDigest(): string {
  const root = join(import.meta.dirname, '..');
  const hash = createHash('sha256');
  // What reads YAML, checks formats and looks for credentials was installed by this.
  hash.update(readFileSync(join(root, 'package-lock.json')));
  for (const room of judging)
    for (const file of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).sort())
      if (/(?<!\.test)\.ts$|\.schema\.json$/u.test(file))
        hash.update(`${room}/${file}\0`).update(readFileSync(join(root, room, file)));
  return hash.digest('hex');
}
