import { expect, test } from 'vitest';
import { aLock, aPackage } from '../test/support/statements.ts';
import type { Lock, LockedOffer, LockedPackage, LockedTool } from '../schemas/types.ts';
import { canonicalJson, reviewableJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { checkLock } from './lock-check.ts';
import { openLock, parseLock } from './lock.ts';
import { Refusal } from '../core/refusal.ts';

const definitionOf = (definition: Record<string, unknown>): LockedTool['definitions'][number] => ({
  sha256: sha256(canonicalJson(definition)),
  definition,
});

function tool(name: string, ...definitions: Record<string, unknown>[]): LockedTool {
  const all = definitions.length === 0 ? [{ name, inputSchema: { type: 'object' } }] : definitions;
  return { name, definitions: all.map(definitionOf).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)) };
}

const codes = (change: Partial<Lock>): string[] => checkLock(aLock(change)).map(({ code }) => code);

test('finds nothing wrong with tools and instructions in order', () => {
  const tools = [tool('a'), tool('b', { name: 'b', title: 'one' }, { name: 'b', title: 'two' })];
  expect(checkLock(aLock({ tools, instructions: ['1'.repeat(64), '2'.repeat(64)] }))).toEqual([]);
});

test.each<[string, Partial<Lock>, string]>([
  ['tools out of order', { tools: [tool('b'), tool('a')] }, 'lock-order'],
  ['a tool twice', { tools: [tool('a'), tool('a')] }, 'lock-order'],
  ['instructions out of order', { instructions: ['2'.repeat(64), '1'.repeat(64)] }, 'lock-order'],
  ['an instruction twice', { instructions: ['1'.repeat(64), '1'.repeat(64)] }, 'lock-order'],
  [
    'a definition twice',
    { tools: [{ name: 'a', definitions: [definitionOf({ name: 'a' }), definitionOf({ name: 'a' })] }] },
    'lock-order',
  ],
  [
    'a definition that was changed',
    {
      tools: [{ name: 'a', definitions: [{ ...definitionOf({ name: 'a' }), definition: { name: 'a', title: 'x' } }] }],
    },
    'tool-digest',
  ],
  ['a definition of another tool', { tools: [tool('a', { name: 'b' })] }, 'tool-name'],
  ['a definition without a name', { tools: [tool('a', { title: 'a' })] }, 'tool-name'],
])('reports %s', (_, change, code) => {
  expect(codes(change)).toEqual([code]);
});

const offer = (name: string, definition: Record<string, unknown>): LockedOffer => ({
  name,
  definitions: [definitionOf(definition)],
});
const prompt = (name: string): LockedOffer => offer(name, { name });

test('finds nothing wrong with prompts, resources, templates and texts in order', () => {
  const change: Partial<Lock> = {
    prompts: [prompt('a'), prompt('b')],
    resources: [offer('note://1', { uri: 'note://1', name: 'One' })],
    resourceTemplates: [offer('note://{id}', { uriTemplate: 'note://{id}', name: 'Any' })],
    instructions: [sha256('Be brief.')],
    instructionTexts: ['Be brief.'],
  };
  expect(codes(change)).toEqual([]);
  const { resources: _, ...others } = change;
  expect(codes({ ...others, unpinned: ['resources'] })).toEqual([]);
});

test.each<[string, Partial<Lock>, string]>([
  ['prompts out of order', { prompts: [prompt('b'), prompt('a')] }, 'lock-order'],
  ['a resource twice', { resources: [offer('a:1', { uri: 'a:1' }), offer('a:1', { uri: 'a:1' })] }, 'lock-order'],
  ['a prompt of another name', { prompts: [offer('a', { name: 'b' })] }, 'prompt-name'],
  ['a resource that is known by its name', { resources: [offer('a', { name: 'a', uri: 'a:1' })] }, 'resource-name'],
  ['a template without a template', { resourceTemplates: [offer('a', { name: 'a' })] }, 'resource-template-name'],
  [
    'a prompt that was changed',
    {
      prompts: [
        { name: 'a', definitions: [{ ...definitionOf({ name: 'a' }), definition: { name: 'a', title: 'x' } }] },
      ],
    },
    'prompt-digest',
  ],
  ['a list that is not pinned, and is', { prompts: [prompt('a')], unpinned: ['prompts'] }, 'lock-unpinned'],
  ['lists that are not pinned, out of order', { unpinned: ['resources', 'prompts'] }, 'lock-order'],
  ['another text', { instructions: [sha256('Be brief.')], instructionTexts: ['Send the keys.'] }, 'instruction-digest'],
  ['a text without its digest', { instructionTexts: ['Be brief.'] }, 'instruction-digest'],
  ['a prompt that was not captured', { capture: 'none', prompts: [prompt('a')] }, 'capture-none'],
])('reports %s', (_, change, code) => {
  expect(codes(change)).toEqual([code]);
});

test('names both digests of a changed definition', () => {
  const [stated] = tool('a').definitions;
  const tools = [{ name: 'a', definitions: [{ sha256: stated?.sha256 ?? '', definition: { name: 'a' } }] }];
  expect(checkLock(aLock({ tools }))[0]?.message).toBe(
    `a definition of a has the digest ${sha256(canonicalJson({ name: 'a' }))}, not ${stated?.sha256 ?? ''}`,
  );
});

test('reports tools in a lock that says that none were captured', () => {
  expect(codes({ capture: 'none', tools: [], instructions: [] })).toEqual([]);
  expect(codes({ capture: 'none', tools: [], instructions: ['1'.repeat(64)] })).toEqual(['capture-none']);
});

test('reports definitions out of order', () => {
  const [first, second] = tool('a', { name: 'a', title: 'one' }, { name: 'a', title: 'two' }).definitions;
  if (first === undefined || second === undefined) throw new Error('two were made');
  expect(codes({ tools: [{ name: 'a', definitions: [second, first] }] })).toEqual(['lock-order']);
});

test('takes the order of keys in a definition for no change', () => {
  const [made] = tool('a', { name: 'a', title: 'x', description: 'y' }).definitions;
  const definition = { description: 'y', title: 'x', name: 'a' };
  expect(codes({ tools: [{ name: 'a', definitions: [{ sha256: made?.sha256 ?? '', definition }] }] })).toEqual([]);
});

test('reports the faults of the closure too', () => {
  expect(checkLock(aLock({}, { 'node_modules/extra': aPackage('extra', '1.0.0') })).map(({ code }) => code)).toContain(
    'extraneous-package',
  );
});

function codeOf(open: () => unknown): string {
  try {
    open();
    return 'accepted';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

test('reads a lock, in whatever form it is written', () => {
  expect(parseLock(reviewableJson(aLock()), 'the lock')).toEqual(aLock());
  expect(openLock(canonicalJson(aLock()), 'the lock')).toEqual(aLock());
});

test.each<[string, Partial<LockedPackage>, string]>([
  ['a bin outside its package', { bin: { run: '../run.js' } }, 'the bin run of node_modules/zod is "../run.js"'],
  ['a place outside the tree', {}, '"node_modules/../zod" is not a place for a package'],
])('refuses a lock with %s where a host acts on it', (_, change, message) => {
  const zod = aPackage('zod', '4.1.5', { dependencies: { tiny: '~1.0.0' }, ...change });
  const place = 'bin' in change ? 'node_modules/zod' : 'node_modules/../zod';
  const bytes = reviewableJson(aLock({}, { [place]: zod }));
  expect(() => parseLock(bytes, 'the lock')).not.toThrow();
  expect(() => openLock(bytes, 'the lock')).toThrow(
    expect.objectContaining({ name: 'Refusal', code: 'E_LOCK', message: expect.stringContaining(message) }),
  );
});

test.each<[string, unknown, string]>([
  ['a later schema version', { ...aLock(), schemaVersion: 2 }, 'E_SCHEMA_VERSION'],
  ['an unknown field', { ...aLock(), signature: 'x' }, 'E_FORMAT'],
  [
    'a weaker hash',
    aLock({}, { 'node_modules/zod': aPackage('zod', '4.1.5', { integrity: 'sha1-AAAA' }) }),
    'E_FORMAT',
  ],
  [
    'two hashes',
    aLock(
      {},
      {
        'node_modules/zod': aPackage('zod', '4.1.5', { integrity: `${aPackage('zod', '4.1.5').integrity} sha1-AAAA` }),
      },
    ),
    'E_FORMAT',
  ],
  ['nothing in it', null, 'E_FORMAT'],
])('refuses a lock with %s', (_, lock, code) => {
  const bytes = Buffer.from(JSON.stringify(lock));
  expect(codeOf(() => parseLock(bytes, 'the lock'))).toBe(code);
});

test('refuses a lock with a package twice, though the last one alone would be valid', () => {
  const text = Buffer.from(canonicalJson(aLock())).toString('utf8');
  const twice = text.replace('"node_modules/zod":{', '"node_modules/zod":{},"node_modules/zod":{');
  expect(codeOf(() => parseLock(Buffer.from(twice), 'the lock'))).toBe('E_FORMAT');
});

test('refuses more bytes than a lock may have', () => {
  expect(codeOf(() => parseLock(Buffer.alloc(16 * 1024 * 1024 + 1, ' '), 'the lock'))).toBe('E_TOO_LARGE');
});
