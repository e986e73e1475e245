/**
 * Tests every rule about code with the samples in test/poisoned/code/<rule>: it must find those under `fires/`, and must not
 * find those under `passes/`. A sample is a file, or a folder that is a whole package. No sample is ever run.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { tarballOf, type Entry } from '../../../test/support/tarballs.ts';
import type { Observation } from '../../verdict/finding.ts';
import { codeRules, patternRules } from './rules.ts';
import { codeObservations } from './observations.ts';
import { codeBounds, scanProcess } from './scan-process.ts';
import type { CodeReport } from './report.ts';
import { ruleSources } from './rule-sources.ts';

const folder = fileURLToPath(new URL('../../../test/poisoned/code/', import.meta.url));
const worker = scanProcess(codeBounds);
afterAll(() => worker.end());

/** These rules find something only in a new version of an approved package. */
const ofUpdates = ['code-import', 'code-monkey-patch'];
/** `code-not-scanned` does not depend on the contents of a file: see scanner.test.ts. */
const proven = codeRules.filter(({ id }) => id !== 'code-not-scanned').map(({ id }) => id);

interface Sample {
  readonly rule: string;
  readonly sample: string;
}

const samples = (kind: 'fires' | 'passes'): Sample[] =>
  proven.flatMap((rule) =>
    readdirSync(join(folder, rule, kind))
      .sort()
      .map((name) => ({ rule, sample: `${kind}/${name}` })),
  );

const manifest: Entry = { path: 'package/package.json', content: '{ "name": "sample", "version": "1.0.0" }\n' };

function entriesOf({ rule, sample }: Sample): Entry[] {
  const path = join(folder, rule, sample);
  if (statSync(path).isFile())
    return [manifest, { path: `package/${sample.slice(sample.indexOf('/') + 1)}`, content: readFileSync(path) }];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => statSync(join(path, name)).isFile())
    .map((name) => ({ path: `package/${name}`, content: readFileSync(join(path, name)) }));
}

const report = async (entries: readonly Entry[], version = '1.0.0'): Promise<CodeReport> => {
  const pinned = { type: 'npm', name: 'sample', version, integrity: `sha512-${version}` } as const;
  return { ...pinned, result: await worker.scan(tarballOf(entries), pinned) };
};

async function judged(rule: string, entries: readonly Entry[]): Promise<Observation[]> {
  const before = ofUpdates.includes(rule) ? [await report([manifest], '0.9.0')] : [];
  return codeObservations([await report(entries)], before);
}

test('every rule has samples that fire and samples that pass', () => {
  expect(readdirSync(folder).sort()).toEqual(proven);
  for (const rule of proven) expect(readdirSync(join(folder, rule)).sort()).toEqual(['fires', 'passes']);
});

test.each(samples('fires'))('finds $rule in $sample', async (sample) => {
  const { level } = codeRules.find(({ id }) => id === sample.rule) ?? {};
  const found = await judged(sample.rule, entriesOf(sample));
  expect(found.filter(({ rule }) => rule === sample.rule)).toMatchObject([{ level, subject: 'sample@1.0.0' }]);
});

test.each(samples('passes'))('finds neither $rule nor anything that blocks in $sample', async (sample) => {
  const found = await judged(sample.rule, entriesOf(sample));
  expect(found.filter(({ rule, level }) => rule === sample.rule || level === 'block')).toEqual([]);
});

test('finds the same in each file when all files are in one package', async () => {
  const inFiles = (['fires', 'passes'] as const)
    .flatMap(samples)
    .filter((each) => statSync(join(folder, each.rule, each.sample)).isFile())
    .map((each) => ({ ...each, path: `${each.rule}/${each.sample}` }));
  const { result } = await report([
    manifest,
    ...inFiles.map(({ path }) => ({ path: `package/${path}`, content: readFileSync(join(folder, path)) })),
  ]);
  const found = new Set(result.kind === 'scanned' ? result.findings.map(({ rule, file }) => `${rule} ${file}`) : []);
  for (const { rule, sample, path } of inFiles.filter((each) => isPattern(each.rule)))
    expect([path, found.has(`${rule} ${path}`)]).toEqual([path, sample.startsWith('fires/')]);
});

test('finds the same in each program behind 300 KB of other text and a NUL', async () => {
  const before = `${'// Some words that mean nothing.\n'.repeat(10_000)}/* \0 */ `;
  const programs = (['fires', 'passes'] as const)
    .flatMap(samples)
    .filter(({ rule, sample }) => isPattern(rule) && /\.[cm]?js$/u.test(sample));
  const { result } = await report([
    manifest,
    ...programs.map(({ rule, sample }) => ({
      path: `package/${rule}/${sample}`,
      content: `${before}${readFileSync(join(folder, rule, sample), 'utf8')}`,
    })),
  ]);
  const found = new Set(result.kind === 'scanned' ? result.findings.map(({ rule, file }) => `${rule} ${file}`) : []);
  for (const { rule, sample } of programs)
    expect([rule, sample, found.has(`${rule} ${rule}/${sample}`)]).toEqual([rule, sample, sample.startsWith('fires/')]);
});

const isPattern = (rule: string): boolean => patternRules.some(({ id }) => id === rule);

test.each(ofUpdates)('does not report %s in a package that was never approved', async (rule) => {
  for (const sample of samples('fires').filter((each) => each.rule === rule))
    expect(codeObservations([await report(entriesOf(sample))], []).map((each) => each.rule)).not.toContain(rule);
});

test('describes every pattern as its file does', () => {
  const said = [...ruleSources().values()].flatMap((text) =>
    [...text.matchAll(/^rule (\w+) \{\s+meta:\s+id = "(.*)"\s+level = "(.*)"\s+about = "(.*)"$/gmu)].map(
      ([, name = '', id = '', level, about]) => ({ name, id, level, about }),
    ),
  );
  expect(said.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
    patternRules.map((rule) => ({ name: rule.id.replaceAll('-', '_'), ...rule })),
  );
  // The files have no rule in another form.
  expect(said).toHaveLength([...ruleSources().values()].join('\n').match(/^rule /gmu)?.length ?? 0);
});
