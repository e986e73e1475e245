import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Lock, LockedOffer, Manifest } from '../../../schemas/types.ts';
import { aLock, aManifest } from '../../../test/support/statements.ts';
import type { Observation } from '../../verdict/finding.ts';
import { checkToolText, checkUnlocked } from './check.ts';
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
  const texts = [said ?? instructions ?? ''];
  if (instructions !== undefined) return checkUnlocked({ instructions: texts }, lock, indexServers(others));
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

const offer = (name: string, definition: Readonly<Record<string, unknown>>): LockedOffer[] => [
  { name, definitions: [{ sha256: 'a'.repeat(64), definition }] },
];

/** Where else a server says something to an agent, with the subject of the finding. */
const places: Readonly<Record<string, readonly [string, (text: string) => Partial<Lock>]>> = {
  'the title of a prompt': [
    'prompt:summarise',
    (title) => ({ prompts: offer('summarise', { name: 'summarise', title }) }),
  ],
  'the description of a prompt': [
    'prompt:summarise',
    (description) => ({ prompts: offer('summarise', { name: 'summarise', description }) }),
  ],
  'the description of an argument': [
    'prompt:summarise',
    (description) => ({
      prompts: offer('summarise', { name: 'summarise', arguments: [{ name: 'a' }, { name: 'topic', description }] }),
    }),
  ],
  'the name of a resource': [
    'resource:note://1',
    (name) => ({ resources: offer('note://1', { uri: 'note://1', name }) }),
  ],
  'the description of a resource template': [
    'resource-template:note://{id}',
    (description) => ({
      resourceTemplates: offer('note://{id}', { uriTemplate: 'note://{id}', name: 'Notes', description }),
    }),
  ],
  'the instructions': ['instructions', (text) => ({ instructionTexts: ['Be brief.', text] })],
};

describe.each(Object.entries(places))('in %s', (_, [subject, lockWith]) => {
  const found = (sample: Sample, text: string): Observation[] => {
    const { tools = [], manifest, others = [] } = sample;
    const definitions = ['query', ...tools].map((name) => ({ name, description: 'Reads rows.', ...sample.definition }));
    const lock = { ...lockOf(definitions), ...lockWith(text) };
    return checkToolText({ manifest: aManifest(manifest), lock }, indexServers(others));
  };
  const textOf = ({ text, repeat }: Sample): string | undefined => text ?? repeat?.text.repeat(repeat.times);
  const withText = (kind: keyof Samples): [string, string, Sample, string][] =>
    [...samples].flatMap(([rule, of]) =>
      of[kind].flatMap((sample): [string, string, Sample, string][] => {
        const text = textOf(sample);
        return text === undefined || text === '' ? [] : [[rule, shown(sample), sample, text]];
      }),
    );

  test.each(withText('fires'))('%s finds %s', (rule, __, sample, text) => {
    const levels = found(sample, text).filter((each) => each.rule === rule && each.subject === subject);
    expect(levels.map(({ level }) => level)).toEqual([sample.level]);
  });

  test.each(withText('passes'))('%s leaves %s alone', (rule, __, sample, text) => {
    expect(found(sample, text).filter((each) => each.rule === rule)).toEqual([]);
  });
});

test('names of arguments of a prompt may not ask for secrets, as those of tools may not', () => {
  const prompts = (name: string): LockedOffer[] => offer('login', { name: 'login', arguments: [{ name }] });
  const found = (name: string): string[] =>
    checkToolText({ manifest: aManifest(), lock: aLock({ prompts: prompts(name) }) }, indexServers([])).map(
      ({ rule, subject, message }) => `${rule} ${subject} ${message}`,
    );
  expect(found('github_token')).toEqual([
    'schema-secret-parameter prompt:login arguments.0.name is named "github_token"',
  ]);
  expect(found('page_token_count')).toEqual([]);
});

test('a text may name the prompts of its own server', () => {
  const text = 'Use the prompt analyze_code before you call query. Do not call send_rows instead of query.';
  const lock = {
    ...lockOf([{ name: 'query', description: text }]),
    prompts: offer('analyze_code', { name: 'analyze_code' }),
  };
  const found = checkToolText({ manifest: aManifest(), lock }, indexServers([]));
  expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('"send_rows"')]);
});
