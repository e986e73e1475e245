/**
 * How long many servers take to check, and how much memory: all of them, and all of them where one changed. Most
 * servers ship few packages; those that ship a whole tree are measured beside them.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lock } from '../../schemas/types.ts';
import { withSmallClosure } from '../support/many-servers.ts';
import { linearity, measureCases, type Case, type Most, type Row } from './measure.ts';
import { commitAll, realServer, writeRegistry } from './registries.ts';
import { partsOf } from '../../artefacts/kinds.ts';

/** As many as the largest public list of reviewed servers had. */
const asDocker = 328;
const [few, many] = [1_000, 10_000];
const MB = 1_000_000;

export async function benchValidate(folder: string): Promise<Row[]> {
  const { manifest, lock } = await realServer('memory');
  const small = withSmallClosure(lock);

  const cases: Case[] = [];
  const add = async (count: number, each: Lock, most?: Most): Promise<string> => {
    const packages = partsOf(each).length;
    const at = join(folder, `${count}-${packages}`);
    await writeRegistry(at, { manifest, lock: each }, count);
    const of = `${count.toLocaleString('en')} servers of ${packages} packages`;
    cases.push({
      what: `validate ${of}, cold start`,
      folder: at,
      words: ['validate'],
      ...(most !== undefined && { most }),
    });
    return of;
  };
  await add(asDocker, lock, { tookMs: 2000, rssBytes: 500 * MB });
  await add(few, lock);
  for (const count of [few, many]) {
    const of = await add(count, small, count === many ? { tookMs: 6000, rssBytes: 500 * MB } : undefined);
    const at = join(folder, `${count}-changed`);
    await writeRegistry(at, { manifest, lock: small }, count);
    await commitAll(at);
    // A change that needs no new version.
    await appendFile(join(at, 'servers', `${manifest.name}-1.yaml`), '# Looked at again.\n');
    cases.push({ what: `validate ${of}, one changed`, folder: at, words: ['validate', '--base', 'HEAD'] });
  }

  const { used, rows } = await measureCases(cases);
  const [, , thousand, , tenThousand] = used;
  return [...rows, linearity('validate', few, many, thousand, tenThousand)];
}
