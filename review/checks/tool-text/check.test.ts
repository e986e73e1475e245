import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Lock, Manifest } from '../../../schemas/types.ts';
import { aLock, aManifest } from '../../../test/support/statements.ts';
import type { Observation } from '../../verdict/finding.ts';
import { checkInstructions, checkToolText } from './check.ts';
import { toolTextRules } from './rules.ts';
import { indexServers, type NamedServer } from './server-index.ts';

/** One text, or a text with the parts around it. */
interface Sample {
  /** The level of the expected finding; absent where the rule must not fire. */
  readonly level?: string;
  /** The tool's description. */
  readonly text?: string;
  /** A text that, repeated, makes the description or the instructions. */
  readonly repeat?: { readonly text: string; readonly times: number };
  readonly definition?: Readonly<Record<string, unknown>>;
  /** Names of other tools of the same server. */
  readonly tools?: readonly string[];
  readonly manifest?: Partial<Manifest>;
  readonly instructions?: string;
  readonly others?: readonly NamedServer[];
}

interface Samples {
  readonly fires: readonly Sample[];
  readonly passes: readonly Sample[];
}

const folder = new URL('../../../test/poisoned/tool-text/', import.meta.url);
const files = (await readdir(folder)).toSorted();
const samples = new Map<string, Samples>();
for (const file of files)
  samples.set(file.replace('.json', ''), JSON.parse(await readFile(new URL(file, folder), 'utf8')) as Samples);

const lockOf = (definitions: readonly Readonly<Record<string, unknown>>[]): Lock =>
  aLock({
    tools: definitions.map((definition) => ({
      name: String(definition['name']),
      definitions: [{ sha256: 'a'.repeat(64), definition }],
    })),
  });

function findingsIn({
  text,
  repeat,
  definition,
  tools = [],
  manifest,
  instructions,
  others = [],
}: Sample): Observation[] {
  const said = repeat === undefined ? text : repeat.text.repeat(repeat.times);
  const lock = lockOf([
    {
      name: 'query',
      description: instructions === undefined ? (said ?? 'Reads rows.') : 'Reads rows.',
      inputSchema: { type: 'object' },
      ...definition,
    },
    ...tools.map((name) => ({ name, description: 'Reads rows.', inputSchema: { type: 'object' } })),
  ]);
  if (instructions !== undefined) return checkInstructions(said ?? instructions, lock, indexServers(others));
  return checkToolText({ manifest: aManifest(manifest), lock }, indexServers(others));
}

const shown = (sample: Sample): string => JSON.stringify(sample).slice(0, 120);

test('every rule has samples that must fire and samples that must not', () => {
  expect([...samples.keys()]).toEqual(toolTextRules.map(({ id }) => id).toSorted());
  for (const [rule, { fires, passes }] of samples) {
    expect(fires.length, rule).toBeGreaterThanOrEqual(3);
    expect(passes.length, rule).toBeGreaterThanOrEqual(3);
  }
});

test('the most severe level of every rule is the level that it states', () => {
  const gravity = ['block', 'review', 'note'];
  for (const { id, level } of toolTextRules) {
    const levels = (samples.get(id)?.fires ?? []).map((sample) => gravity.indexOf(sample.level ?? ''));
    expect(gravity[Math.min(...levels)], id).toBe(level);
  }
});

test('samples are written in ASCII, so that hidden characters are visible in them', async () => {
  for (const file of files) expect(await readFile(new URL(file, folder), 'utf8'), file).toMatch(/^[\n -~]*$/u);
});

describe.each([...samples])('%s', (rule, { fires, passes }) => {
  test.each(fires.map((sample) => [shown(sample), sample] as const))('finds %s', (_, sample) => {
    const found = findingsIn(sample).filter((observation) => observation.rule === rule);
    expect(found.map(({ level }) => level)).toContain(sample.level);
  });

  test.each(passes.map((sample) => [shown(sample), sample] as const))('leaves %s alone', (_, sample) => {
    const found = findingsIn(sample);
    expect(found.filter((observation) => observation.rule === rule)).toEqual([]);
    // No other rule may block it either: each of these texts is honest.
    expect(found.filter(({ level }) => level === 'block')).toEqual([]);
  });
});
