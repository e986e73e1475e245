/** `npm run fuzz -- --runs 200000 --seed 1`: as long as one likes, from any seed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, report } from './fuzz.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200000' }, seed: { type: 'string', default: String(Date.now()) } },
});
const folder = await mkdtemp(join(tmpdir(), 'countersign-fuzz-'));
process.stdout.write(`seed ${values.seed}\n`);
try {
  process.stdout.write(report(await fuzz(folder, Number(values.runs), Number(values.seed))));
} finally {
  await rm(folder, { recursive: true, force: true });
}
