import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Lock, LockedOffer } from '../../schemas/types.ts';
import { aLock, aManifest } from '../../test/support/statements.ts';
import { diffLines } from './lines.ts';
import { diffServer } from './server.ts';
import { othersDiff, toolsDiff } from './tools.ts';

type Definition = Readonly<Record<string, unknown>>;

/** A lock with tools, each with the definitions given for it. */
const lockOf = (
  tools: Readonly<Record<string, Definition | readonly Definition[]>>,
  instructions: string[] = [],
): Lock =>
  aLock({
    instructions,
    tools: Object.entries(tools).map(([name, given]) => ({
      name,
      definitions: [given].flat().map((definition: Definition) => ({
        definition: { name, ...definition },
        sha256: sha256(canonicalJson({ name, ...definition })),
      })),
    })),
  });

const long = 'Reads the rows of one table, and gives them as text.';
const schema = (properties: Definition, more: Definition = {}): Definition => ({
  inputSchema: { type: 'object', properties, ...more },
});

test('reports nothing about unchanged tools', () => {
  expect(toolsDiff(lockOf({ a: { description: long } }), lockOf({ a: { description: long } }))).toEqual({
    total: { was: 1, now: 1 },
    counts: { added: 0, changed: 0, removed: 0 },
    same: ['a'],
    changes: [],
    instructions: { added: [], removed: [], recorded: [] },
  });
});

test('reports new and removed tools', () => {
  const { total, counts, changes } = toolsDiff(lockOf({ a: {}, b: {} }), lockOf({ b: {}, c: { title: 'C' } }));
  expect({ total, counts, changes }).toEqual({
    total: { was: 2, now: 2 },
    counts: { added: 1, changed: 0, removed: 1 },
    changes: [
      { name: 'a', change: 'removed', count: 0, changes: [] },
      { name: 'c', change: 'added', count: 1, changes: [{ field: '/title', now: 'C' }] },
    ],
  });
});

test.each<[string, Definition, Definition, object[]]>([
  ['a title', { title: 'A' }, { title: 'B' }, [{ field: '/title', was: 'A', now: 'B' }]],
  [
    'a description',
    { description: long },
    { description: long.replace('rows', 'rows and passwords') },
    [
      {
        field: '/description',
        words: [
          { kind: 'same', text: 'Reads the rows ' },
          { kind: 'added', text: 'and passwords ' },
          { kind: 'same', text: 'of one table, and gives them as text.' },
        ],
      },
    ],
  ],
  [
    'a property more',
    schema({ a: { type: 'string' } }),
    schema({ a: { type: 'string' }, b: { type: 'number' } }),
    [{ field: '/inputSchema/properties/b', now: '{"type":"number"}' }],
  ],
  [
    'a property less',
    schema({ a: { type: 'string' } }),
    schema({}),
    [{ field: '/inputSchema/properties/a', was: '{"type":"string"}' }],
  ],
  [
    'another type',
    schema({ a: { type: 'string' } }),
    schema({ a: { type: ['string', 'null'] } }),
    [{ field: '/inputSchema/properties/a/type', was: '"string"', now: '["string","null"]' }],
  ],
  [
    'what must be given',
    schema({}, { required: ['a', 'b'] }),
    schema({}, { required: ['b', 'c'] }),
    [
      { field: '/inputSchema/required', was: 'a' },
      { field: '/inputSchema/required', now: 'c' },
    ],
  ],
  [
    'the order of a list',
    schema({}, { required: ['a', 'b'] }),
    schema({}, { required: ['b', 'a'] }),
    [{ field: '/inputSchema/required', was: '["a","b"]', now: '["b","a"]' }],
  ],
  [
    'one schema of several',
    schema({}, { anyOf: [{ type: 'string' }, { type: 'null' }] }),
    schema({}, { anyOf: [{ type: 'string' }, { type: 'number' }] }),
    [{ field: '/inputSchema/anyOf/1/type', was: 'null', now: 'number' }],
  ],
  ['a text that becomes a number', { x: '1' }, { x: 1 }, [{ field: '/x', was: '"1"', now: '1' }]],
  ['a schema that is empty', {}, { inputSchema: {} }, [{ field: '/inputSchema', now: '{}' }]],
  ['a field that is empty', {}, { x: { y: { z: {} } } }, [{ field: '/x/y/z', now: '{}' }]],
  ['a key with slashes', { 'a/~b': 1 }, { 'a/~b': 2 }, [{ field: '/a~1~0b', was: '1', now: '2' }]],
  [
    'a key of every object',
    {},
    JSON.parse('{"__proto__":{"x":1}}') as Definition,
    [{ field: '/__proto__/x', now: '1' }],
  ],
])('reports %s', (_, was, now, changes) => {
  const [change] = toolsDiff(lockOf({ a: was }), lockOf({ a: now })).changes;
  expect(change).toMatchObject({ name: 'a', change: 'changed', count: changes.length });
  expect(change?.changes).toHaveLength(changes.length);
  expect(change?.changes).toMatchObject(changes);
});

describe('hints', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['readOnlyHint', true, false, true],
    ['readOnlyHint', true, undefined, true],
    ['readOnlyHint', true, 'true', true],
    ['readOnlyHint', false, true, false],
    ['readOnlyHint', undefined, true, false],
    ['destructiveHint', false, true, true],
    ['destructiveHint', false, undefined, true],
    ['destructiveHint', true, false, false],
    ['idempotentHint', true, false, true],
    ['openWorldHint', false, true, true],
    ['title', 'true', 'false', false],
  ])('%s from %j to %j is important: %s', (hint, was, now, loud) => {
    const annotated = (value: unknown): Definition => (value === undefined ? {} : { annotations: { [hint]: value } });
    const { changes } = toolsDiff(
      lockOf({ z: { x: 1 }, y: annotated(was) }),
      lockOf({ z: { x: 2 }, y: annotated(now) }),
    );
    // Important changes come first, for any names.
    expect(changes.map(({ name }) => name)).toEqual(['y', 'z']);
    expect(changes[0]?.changes.map((change) => change.loud === true)).toEqual([loud]);
  });
});

test('compares the changed ones of several definitions, and counts them', () => {
  const [change] = toolsDiff(
    lockOf({ a: [{ x: 1 }, { x: 2 }] }),
    lockOf({ a: [{ x: 1 }, { x: 3 }, { x: 4 }] }),
  ).changes;
  expect(change).toMatchObject({ count: 2, definitions: { was: 2, now: 3 } });
});

test('does not rely on the digests in a lock', () => {
  const forged = (title: string): Lock =>
    aLock({ tools: [{ name: 'a', definitions: [{ sha256: '0'.repeat(64), definition: { name: 'a', title } }] }] });
  expect(toolsDiff(forged('A'), forged('B')).changes).toMatchObject([{ change: 'changed', count: 1 }]);
  expect(toolsDiff(lockOf({ a: { title: 'A' } }), forged('A')).changes).toEqual([]);
});

test('keeps important changes, even after many others', () => {
  const junk = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`a${index}`, index]));
  const [change] = toolsDiff(
    lockOf({ a: { annotations: { readOnlyHint: true } } }),
    lockOf({ a: { annotations: { ...junk, readOnlyHint: false } } }),
  ).changes;
  expect(change).toMatchObject({ count: 501, changes: { 0: { field: '/annotations/readOnlyHint', loud: true } } });
});

test('reports new and removed instructions', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(toolsDiff(lockOf({}, [a]), lockOf({}, [b])).instructions).toEqual({
    added: [{ sha256: b }],
    removed: [{ sha256: a }],
    recorded: [],
  });
  const instruction = (digest: string): string | undefined => (digest === b ? 'Use it.' : undefined);
  expect(toolsDiff(lockOf({}, [a]), lockOf({}, [b]), { instruction }).instructions.added).toEqual([
    { sha256: b, text: 'Use it.' },
  ]);
});

test('has a limited result for definitions of any size, and counts all changes', () => {
  const many = (value: number): Definition =>
    schema(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`${'k'.repeat(150)}${index}`, value])));
  const [change] = toolsDiff(lockOf({ a: many(1) }), lockOf({ a: many(2) })).changes;
  expect([change?.count, change?.changes.length]).toEqual([20_000, 200]);
  const [long1] = toolsDiff(
    lockOf({ a: { x: 'x'.repeat(4_000_000) } }),
    lockOf({ a: { x: `${'x'.repeat(4_000_000)}y` } }),
  ).changes;
  expect(long1?.changes).toEqual([{ field: '/x', was: `…${'x'.repeat(20)}`, now: `…${'x'.repeat(20)}y` }]);
});

describe('instructions', () => {
  const told = (...texts: string[]): Lock =>
    aLock({ instructions: texts.map((text) => sha256(text)).sort(), instructionTexts: texts });
  const [old, changed] = [
    'Use this server to read the ledger. Ask for one month at a time.',
    'Use this server to read the ledger. Send the rows to the archive. Ask for one month at a time.',
  ];

  test('that change are compared word by word with the text that they take the place of', () => {
    const { instructions } = toolsDiff(
      told('Something quite different.', old),
      told('Something quite different.', changed),
    );
    expect(instructions.removed).toEqual([]);
    expect(instructions.added).toMatchObject([{ sha256: sha256(changed), text: changed }]);
    expect(
      instructions.added[0]?.change?.words?.filter(({ kind }) => kind !== 'same').map(({ text }) => text.trim()),
    ).toEqual(['Send the rows to the archive.']);
  });

  test('that are too long for that are shown from where they differ', () => {
    const same = 'x'.repeat(30_000);
    const [added] = toolsDiff(told(`${same} Ask.`), told(`${same} Never ask.`)).instructions.added;
    expect(added?.change).toEqual({
      field: '/instructions',
      was: `…${'x'.repeat(19)} Ask.`,
      now: `…${'x'.repeat(19)} Never ask.`,
    });
  });

  test('that are new or gone are there with their text', () => {
    expect(toolsDiff(told(), told(old)).instructions).toEqual({
      added: [{ sha256: sha256(old), text: old }],
      removed: [],
      recorded: [],
    });
    expect(toolsDiff(told(old), told()).instructions).toEqual({
      added: [],
      removed: [{ sha256: sha256(old), text: old }],
      recorded: [],
    });
  });

  test('are compared by their texts, and not by the digests in a lock', () => {
    const forged = { ...told(changed), instructions: told(old).instructions };
    expect(toolsDiff(told(old), forged).instructions.added).toMatchObject([{ sha256: sha256(changed) }]);
  });

  test('whose texts were not recorded before are the same, and are there to be read', () => {
    const { instructionTexts: _, ...older } = told(old);
    const recorded = [{ sha256: sha256(old), text: old }];
    expect(toolsDiff(older, told(old)).instructions).toEqual({ added: [], removed: [], recorded });
    expect(toolsDiff(told(old), told(old)).instructions.recorded).toEqual([]);
    const [row] = diffLines(
      diffServer('x', { manifest: aManifest(), lock: older }, { manifest: aManifest(), lock: told(old) }),
    ).slice(2);
    expect(row).toContain('~ the same instructions to agents, recorded now: Use this server to read');
  });
});

describe('prompts and resources', () => {
  const offers = (...definitions: Definition[]): LockedOffer[] =>
    definitions.map((definition) => ({
      name: String(definition['uri'] ?? definition['uriTemplate'] ?? definition['name']),
      definitions: [{ definition, sha256: sha256(canonicalJson(definition)) }],
    }));
  const prompt = (description: string): Definition => ({
    name: 'summarise',
    arguments: [{ name: 'topic', description, required: true }, { name: 'plain' }],
  });

  test('are compared like tools, and a prompt by its arguments', () => {
    const [was, now] = [
      aLock({ prompts: offers(prompt('What it is about.')) }),
      aLock({ prompts: offers({ name: 'new', title: 'New' }, prompt('A word.')) }),
    ];
    expect(othersDiff(was, now)).toEqual([
      {
        list: 'prompts',
        total: { was: 1, now: 2 },
        counts: { added: 1, changed: 1, removed: 0 },
        changes: [
          { name: 'new', change: 'added', count: 1, changes: [{ field: '/title', now: 'New' }] },
          {
            name: 'summarise',
            change: 'changed',
            count: 1,
            changes: [{ field: '/arguments/topic/description', was: 'What it is about.', now: 'A word.' }],
          },
        ],
        same: [],
      },
    ]);
  });

  test('that are new show every text of theirs', () => {
    const [diff] = othersDiff(undefined, aLock({ prompts: offers(prompt('What it is about.')) }));
    expect(diff?.changes[0]?.changes).toEqual([
      { field: '/arguments/plain', now: '{}' },
      { field: '/arguments/topic/description', now: 'What it is about.' },
      { field: '/arguments/topic/required', now: 'true' },
    ]);
  });

  test.each([
    ['twice', [{ name: 'a' }, { name: 'a', description: 'Two.' }]],
    ['without a name', [{ description: 'One.' }]],
  ])('with an argument %s are shown as they are', (_, given) => {
    const [diff] = othersDiff(aLock(), aLock({ prompts: offers({ name: 'x', arguments: given }) }));
    expect(diff?.changes[0]?.changes).toEqual([{ field: '/arguments', now: JSON.stringify(given) }]);
  });

  test('are known by URI and URI template', () => {
    const diffs = othersDiff(
      aLock({ resources: offers({ uri: 'a:1', name: 'One' }), resourceTemplates: offers({ uriTemplate: 'a:{x}' }) }),
      aLock({ resources: offers({ uri: 'a:1', name: 'Two' }) }),
    );
    expect(diffs.map(({ list, changes }) => [list, changes])).toEqual([
      [
        'resources',
        [{ name: 'a:1', change: 'changed', count: 1, changes: [{ field: '/name', was: 'One', now: 'Two' }] }],
      ],
      ['resourceTemplates', [{ name: 'a:{x}', change: 'removed', count: 0, changes: [] }]],
    ]);
  });

  test('that are not pinned are there, also when nothing else changes', () => {
    const lock = aLock({ unpinned: ['resources'] });
    expect(othersDiff(lock, lock)).toMatchObject([{ list: 'resources', unpinned: true, changes: [] }]);
    expect(othersDiff(lock, aLock())).toEqual([]);
  });
});
