import { expect, test } from 'vitest';
import { keyIdOf, metadataKey } from '../../core/metadata.ts';
import {
  begin,
  conclude,
  proposeRoot,
  proposeTargets,
  signProposals,
  type Ceremony,
} from '../../signer/ceremony/ceremony.ts';
import type { Holders } from '../../signer/metadata/role.ts';
import { aKeyring, approvalKey, signingKey, testKey, type TestKey } from '../../test/support/statements.ts';
import { ceremonyLines, ceremonyState, proposalLines } from './ceremony-lines.ts';
import type { TrustFolder } from '../../signer/ceremony/trust-folder.ts';

const now = new Date('2026-04-16T10:00:00Z');
const id = ({ spki }: TestKey): string => keyIdOf(metadataKey(spki));
const [alice, bob, carol, online, clock] = [testKey(1), testKey(2), testKey(3), testKey(20), testKey(21)];
const held = (keys: readonly TestKey[], threshold: number): Holders => ({
  keys: keys.map(({ spki }) => metadataKey(spki)),
  threshold,
});
const holders = {
  root: held([alice, bob], 2),
  targets: held([alice, bob], 1),
  snapshot: held([online], 1),
  timestamp: held([clock], 1),
};
const folder = (ceremony: Ceremony): TrustFolder => ({
  ceremony,
  roots: [],
  names: new Map([
    [id(alice), 'alice'],
    [id(bob), 'bob'],
  ]),
});

async function counted(): Promise<Ceremony> {
  let state = begin({}, holders, aKeyring(), now);
  for (const key of [alice, bob]) state = conclude((await signProposals(state, signingKey(key))).state);
  return state;
}

test('shows whoever signs the ids of all keys, and their names beside them', () => {
  const lines = proposalLines(folder(begin({}, holders, aKeyring(), now)));
  expect(lines).toContain('root 1, until 2027-04-16T10:00:00Z');
  expect(lines).toContain('  root: 2 of 2');
  expect(lines).toContain(`    + ${id(alice)}  alice`);
  expect(lines).toContain(`    + ${id(online)}  nobody known`);
  expect(lines).toContain(`    + ${testKey().hint}  counts from 2026-01-01T00:00:00Z on`);
});

test('marks what comes, what goes, and what changes', async () => {
  const changed = { ...holders, root: held([alice, carol], 1) };
  const lines = proposalLines(folder(proposeRoot(await counted(), changed, now)));
  expect(lines).toContain('  root: 1 of 2 (2 until now)');
  expect(lines).toContain(`      ${id(alice)}  alice`);
  expect(lines).toContain(`    + ${id(carol)}  nobody known`);
  expect(lines).toContain(`    - ${id(bob)}  bob`);

  const revoked = { since: '2026-04-16T10:00:00Z', reason: 'stolen', stillCount: ['a'.repeat(64)] };
  const keys = [approvalKey(testKey(), { revoked }), approvalKey(testKey(9))];
  const keyring = proposalLines(folder(proposeTargets(await counted(), aKeyring({ keys }), now)));
  expect(keyring).toContain(`    ~ ${testKey().hint}  revoked 2026-04-16T10:00:00Z (stolen); 1 approvals still count`);
  expect(keyring).toContain(`    + ${testKey(9).hint}  counts from 2026-01-01T00:00:00Z on`);
});

test('says what to run next, and warns before anything ends', async () => {
  const next = async (state: Ceremony, at: string): Promise<string> => ceremonyState(folder(state), new Date(at)).next;
  expect(await next({}, '2026-04-16T10:00:00Z')).toContain('registry root init');
  expect(await next(begin({}, holders, aKeyring(), now), '2026-04-16T10:00:00Z')).toContain('registry root sign');
  const state = await counted();
  expect(await next(state, '2026-04-17T10:00:00Z')).toContain('nothing');
  expect(await next(state, '2026-08-20T10:00:00Z')).toContain('registry keyring renew');
  expect(await next(state, '2027-03-01T10:00:00Z')).toContain('registry root rotate');
  expect(ceremonyLines(ceremonyState(folder(state), now))[0]).toBe('root 1 counts until 2027-04-16T10:00:00Z');
});
