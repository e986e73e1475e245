/**
 * What a review finds in real servers of npm, each finding judged by a person who opened the bytes. The recorded facts are
 * tested without a network; with COUNTERSIGN_NPM=<folder> some servers are locked and scanned again, and must give the same.
 */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { allRules } from '../../review/checks/all-rules.ts';
import { findingsFile, type JudgedFinding, type ServerFacts } from './npm-findings.ts';
import { openScratch, scanPackage } from './scan-npm.ts';

interface Recorded {
  /** The day as of which versions were chosen. */
  readonly asOf: string;
  readonly servers: readonly ServerFacts<JudgedFinding>[];
}

const { asOf, servers } = JSON.parse(await readFile(findingsFile, 'utf8')) as Recorded;

const needsPerson = ({ findings }: ServerFacts<JudgedFinding>): JudgedFinding[] =>
  findings.filter(({ level }) => level !== 'note');

/** The upper one of the two in the middle, where there are two. */
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

test('a person has to look at two findings or fewer in most servers', () => {
  expect(servers.length).toBeGreaterThanOrEqual(15);
  expect(median(servers.map((server) => needsPerson(server).length))).toBeLessThanOrEqual(2);
});

test('what keeps a server out is true, but for the findings that are named here', () => {
  const wrong = servers.flatMap(({ server, findings }) =>
    findings
      .filter(({ level, judged }) => level === 'block' && judged === 'noise')
      .map(({ rule, subject }) => `${server}: ${rule} ${subject}`),
  );
  // Examples of addresses in documentation.
  expect(wrong).toEqual([
    '@mastra/mcp-docs-server: code-exfiltration-address @mastra/core@1.68.0',
    '@mastra/mcp-docs-server: code-exfiltration-address @mastra/mcp-docs-server@1.2.27',
    '@mastra/mcp-docs-server: code-exfiltration-address chat@4.41.1',
  ]);
});

test.each(servers)('the verdict on $server follows from its findings and gains', ({ verdict, gains, findings }) => {
  const levels = new Set(findings.map(({ level }) => level));
  const needs = levels.has('review') || gains > 0;
  expect(verdict).toBe(levels.has('block') ? 'must-not-merge' : needs ? 'needs-a-person' : 'may-merge');
});

const rows = servers.flatMap(({ server, findings }) => findings.map((finding) => ({ server, ...finding })));
const levels = new Map(allRules.map(({ id, level }) => [id, level]));
const severity = ['note', 'review', 'block'];

test.each(rows)('$server: $rule $subject is judged $judged', ({ rule, level, places, judged, why }) => {
  expect(['true', 'noise']).toContain(judged);
  expect(why).toMatch(/^[A-Z`].{15,300}\.$/su);
  expect(severity.indexOf(level)).toBeLessThanOrEqual(severity.indexOf(levels.get(rule) ?? ''));
  // What is found in code can be opened.
  expect(places.length > 0).toBe(rule.startsWith('code-'));
  for (const place of places) expect(place).toMatch(/^[^/\s][^\n:]*(?::\d+(?:,\d+)*)?$/u);
});

test('finds each once in a server', () => {
  const named = rows.map(({ server, rule, level, subject }) => JSON.stringify([server, rule, level, subject]));
  expect(named).toEqual([...new Set(named)]);
});

const folder = process.env.COUNTERSIGN_NPM;
/** Small enough to be scanned again in some minutes. */
const small = ['@tacticlaunch/mcp-linear', 'tavily-mcp'];

test.skipIf(folder === undefined)(
  'finds the same in the servers of an npm registry (skipped without COUNTERSIGN_NPM=<folder to work in>)',
  async () => {
    await openScratch(folder ?? '');
    for (const name of small) {
      const recorded = servers.find(({ server }) => server === name);
      const { findings, ...found } = await scanPackage(folder ?? '', `${name}@${recorded?.version ?? ''}`, asOf);
      const expected = (recorded?.findings ?? []).map(({ level, rule, subject, places }) => ({
        level,
        rule,
        subject,
        places,
      }));
      expect({ ...found, findings }).toEqual({ ...recorded, findings: expected });
    }
  },
  1_800_000,
);
