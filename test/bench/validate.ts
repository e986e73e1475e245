/** How long many manifests and locks take to check. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLock } from '../../core/lock.ts';
import { readManifest } from '../../core/manifest.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { writeCopies } from '../support/many-servers.ts';
import { inTurn, ms, registryCommand, root, toEnd, type Row } from './measure.ts';

export async function benchValidate(folder: string): Promise<Row[]> {
  const many = join(folder, 'many');
  const lock: Lock = openLock(await readFile(join(root, 'servers/memory.lock.json')), 'the lock of memory');
  const manifest = readManifest('memory.yaml', await readFile(join(root, 'servers/memory.yaml')));
  if (!manifest.ok) throw new Error('the manifest of memory is valid');
  await mkdir(many);
  for (const name of ['registry.yaml', 'policy.yaml']) await cp(join(root, name), join(many, name));
  await writeCopies(many, manifest.document.value satisfies Manifest, lock, 328);
  const [validated = NaN] = await inTurn(toEnd, [
    { command: process.execPath, words: [registryCommand, 'validate'], cwd: many },
  ]);
  return [
    ['validate 328 manifests and locks, cold start', ms(validated), `< 2000 ms${validated >= 2000 ? '  MISSED' : ''}`],
  ];
}
