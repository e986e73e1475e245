/**
 * `npm run bench`: what the design promises in numbers; times as ratios within this one run. Every pair is taken in
 * turn, so that a machine that slows down slows down both. `npm run bench -- refresh` runs one part alone, and
 * `npm run bench -- publish --servers 10000` another number of servers, where a part lets it be chosen.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { didYouMean } from '../../core/did-you-mean.ts';
import { messageOf } from '../../core/failure.ts';
import { benchAudit } from './audit.ts';
import { benchLighthouse } from './lighthouse.ts';
import { benchList } from './list.ts';
import type { Row } from './measure.ts';
import { benchProxy } from './proxy.ts';
import { benchPublish } from './publish.ts';
import { benchRefresh } from './refresh.ts';
import { benchReview } from './review.ts';
import { benchSign } from './sign.ts';
import { benchSite } from './site.ts';
import { benchStartImage } from './start-image.ts';
import { benchStartPypi } from './start-pypi.ts';
import { benchStart } from './start.ts';
import { benchValidate } from './validate.ts';

const parts = new Map<string, (folder: string) => Promise<Row[]>>([
  ['start', benchStart],
  ['start-pypi', benchStartPypi],
  ['start-image', benchStartImage],
  ['proxy', benchProxy],
  ['audit', benchAudit],
  ['list', benchList],
  ['refresh', benchRefresh],
  ['validate', benchValidate],
  ['sign', benchSign],
  ['review', benchReview],
  ['site', (folder) => benchSite(folder, servers)],
  ['lighthouse', benchLighthouse],
  ['publish', (folder) => benchPublish(folder, servers)],
]);

const usage = `npm run bench -- [--servers <number>] [part ...]\n  parts: ${[...parts.keys()].join(', ')}`;
const { asked, servers } = readWords();

function readWords(): { readonly asked: readonly string[]; readonly servers: number } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { servers: { type: 'string', default: '2000' }, help: { type: 'boolean' } },
    });
    if (values.help === true) {
      console.log(usage);
      process.exit(0);
    }
    if (!/^[1-9]\d{0,5}$/u.test(values.servers)) throw new Error(`--servers is ${JSON.stringify(values.servers)}`);
    for (const name of positionals)
      if (!parts.has(name)) throw new Error(`there is no part ${name}${didYouMean(name, parts.keys())}`);
    return { asked: positionals, servers: Number(values.servers) };
  } catch (error) {
    console.error(`${messageOf(error)}\n${usage}`);
    return process.exit(2);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
// Helpers of the tests make their folders here. Podman takes no path of more than 50 characters, so not further down.
process.env['COUNTERSIGN_TESTS'] = folder;
const rows: Row[] = [];
try {
  for (const [name, bench] of parts) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    await mkdir(join(folder, name));
    rows.push(...(await bench(join(folder, name))));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
for (const [what, measured, bound] of rows)
  console.log(`${what.padEnd(widths[0] ?? 0)}  ${measured.padEnd(widths[1] ?? 0)}  ${bound}`.trimEnd());
