import { expect, test } from 'vitest';
import { reviewableJson } from '../../core/canonical.ts';
import type { Lock } from '../../schemas/types.ts';
import { aLock, aManifest } from '../../test/support/statements.ts';
import { isProblem } from '../launch/program.ts';
import { partsOf, programOf, rootOf } from '../kinds.ts';
import { disagreements, openLock } from '../lock.ts';
import { checkLock } from '../lock-check.ts';

const url = 'https://mcp.example.com/v1';
const { artefact: _, ...rest } = aLock();
const lock: Lock = { ...rest, closure: { kind: 'remote', url, transport: 'sse' } };
const { artefact: __, ...described } = aManifest();
const manifest = { ...described, remote: { url, transport: 'sse' as const } };

test('a lock of an endpoint loads nothing, and has no artefact', () => {
  expect(openLock(reviewableJson(lock), 'the lock')).toEqual(lock);
  expect([checkLock(lock), partsOf(lock), rootOf(lock)]).toEqual([[], [], undefined]);
});

test('no endpoint has an artefact, and everything else has one', () => {
  const { artefact, closure } = aLock();
  expect(() => openLock(reviewableJson({ ...lock, artefact }), 'the lock')).toThrow('the lock');
  expect(() => openLock(reviewableJson({ ...lock, closure }), 'the lock')).toThrow('the lock');
});

test('nothing of it is started, and the message says what to do instead', () => {
  const program = programOf(manifest, lock, 'linux');
  expect(isProblem(program) && program.remedy).toContain(`connects to ${url}`);
});

test.each<[string, Parameters<typeof disagreements>[1], string[]]>([
  ['its own manifest', manifest, []],
  ['another address', { ...manifest, remote: { url: `${url}/other`, transport: 'sse' } }, ['remote.url']],
  ['another transport', { ...manifest, remote: { url, transport: 'streamable-http' } }, ['remote.transport']],
  ['an artefact', aManifest(), ['artefact.url', 'artefact.sha256', 'remote.url', 'remote.transport']],
])('is compared with %s', (_name, other, fields) => {
  expect(disagreements(lock, other).map(({ field }) => field.join('.'))).toEqual(fields);
});
