/** What Lighthouse says of the pages, as a phone on a slow network sees them, of a small registry and of a large one. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Catalog } from '../../schemas/types.ts';
import { sampleCatalog } from '../browser/sample-catalog.ts';
import { openSampleSite } from '../browser/sample-site.ts';
import { browserPlaces } from './browser-places.ts';
import { manyServers } from './many-servers.ts';
import { median, root, type Row } from './measure.ts';

const run = promisify(execFile);
const home = join(root, 'test/bench/lighthouse');
const program = join(home, 'node_modules/lighthouse/cli/index.js');
/** Of one page, whose median counts. */
const runs = 3;
/** Now and then one ends without a score: a busy machine let Chromium wait for too long. */
const mostTries = 3;

const pages = [
  ['list', '/'],
  ['detail', '/servers/github/'],
  ['compare', '/servers/github/compare/1.1.0...1.2.0/'],
  ['revocations', '/revocations/'],
] as const;

/** The parts of a report that are read here. */
interface Report {
  readonly categories: Readonly<
    Record<string, { readonly score: number | null; readonly auditRefs: readonly AuditRef[] }>
  >;
  readonly audits: Readonly<Record<string, Audit>>;
  readonly runtimeError?: { readonly message: string };
}
interface AuditRef {
  readonly id: string;
  readonly weight: number;
}
interface Audit {
  readonly score: number | null;
  readonly displayValue?: string;
  readonly details?: { readonly items?: readonly { readonly node?: { readonly snippet?: string } }[] };
}

export async function benchLighthouse(folder: string): Promise<Row[]> {
  const chrome = browserPlaces.find(existsSync);
  if (chrome === undefined) return [['Lighthouse', 'no Chromium here', '']];
  if (!existsSync(program)) return [['Lighthouse', 'not installed: npm ci --prefix test/bench/lighthouse', '']];
  const rows: Row[] = [];
  for (const count of [100, 10_000]) {
    const site = await openSampleSite(withSample(count));
    try {
      for (const [name, path] of pages) {
        const reports: Report[] = [];
        for (let round = 0; round < runs; round += 1)
          reports.push(await scored(site.origin + path, { chrome, folder }));
        rows.push(...rowsOf(`${name}, ${count.toLocaleString('en')} servers`, reports));
      }
    } finally {
      await site.close();
    }
  }
  return rows;
}

/** So many servers, with those of the sample among them. The page of one is made: the others are alike. */
const withSample = (count: number): Catalog => ({
  ...sampleCatalog,
  only: ['github'],
  servers: [...sampleCatalog.servers, ...manyServers(count - sampleCatalog.servers.length).servers].sort((a, b) =>
    a.manifest.name < b.manifest.name ? -1 : 1,
  ),
});

interface Place {
  readonly chrome: string;
  readonly folder: string;
}

async function scored(address: string, place: Place): Promise<Report> {
  for (let tries = 1; ; tries += 1) {
    const report = await audit(address, place);
    if (report.runtimeError === undefined) return report;
    if (tries === mostTries) throw new Error(`Lighthouse gives ${address} no score: ${report.runtimeError.message}`);
  }
}

async function audit(address: string, { chrome, folder }: Place): Promise<Report> {
  // The sandbox of Chromium does not work for root. Nothing is reported to anybody, and nothing is kept at home.
  const flags = ['--headless=new', '--no-proxy-server', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const output = join(folder, 'report.json');
  const words = ['--output=json', `--output-path=${output}`, '--quiet', '--no-enable-error-reporting'];
  await run(process.execPath, [program, address, ...words, `--chrome-flags=${flags.join(' ')}`], {
    env: { PATH: process.env['PATH'], HOME: folder, CHROME_PATH: chrome, CI: 'true' },
    cwd: folder,
  }).catch((error: unknown) => {
    // Where a run has no score it ends as if it had failed, and writes why into its report.
    if (!existsSync(output)) throw error;
  });
  const report = JSON.parse(await readFile(output, 'utf8')) as Report;
  await rm(output);
  return report;
}

const rowsOf = (what: string, reports: readonly Report[]): Row[] =>
  Object.keys(reports[0]?.categories ?? {}).flatMap((category): Row[] => {
    const scores = reports.map(({ categories }) => Math.round((categories[category]?.score ?? 0) * 100));
    const score = median(scores);
    const missed = score < 100 ? '  MISSED' : '';
    return [
      [`Lighthouse, ${what}: ${category}`, `${score} (${scores.join(', ')})`, `100${missed}`],
      ...(score < 100 ? faults(category, reports) : []).map((fault): Row => [`  ${fault}`, '', '']),
    ];
  });

/** What took from a score, in the first report in which something did. */
function faults(category: string, reports: readonly Report[]): string[] {
  for (const { categories, audits } of reports) {
    const found = (categories[category]?.auditRefs ?? []).flatMap(({ id, weight }) => {
      const { score, displayValue = '', details } = audits[id] ?? { score: null };
      if (weight === 0 || score === null || score === 1) return [];
      const where = (details?.items ?? []).flatMap(({ node }) => node?.snippet ?? []);
      return [`${id} ${displayValue}`.trim(), ...where.map((snippet) => `  ${snippet}`)];
    });
    if (found.length > 0) return found;
  }
  return [];
}
