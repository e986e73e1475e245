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
import { checkProposals, proposedChanges } from '../../signer/ceremony/proposal.ts';
import { sha256 } from '../../core/digest.ts';
import type { Keyring } from '../../schemas/types.ts';
import { keyringBytes, type Holders } from '../../signer/metadata/role.ts';
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
  launchers: new Map(),
  names: new Map([
    [id(alice), 'alice'],
    [id(bob), 'bob'],
  ]),
});

async function signedBy(ceremony: Ceremony): Promise<Ceremony> {
  let state = ceremony;
  for (const key of [alice, bob]) {
    const proposals = checkProposals(state, aKeyring().registry, now);
    state = conclude((await signProposals(proposals, signingKey(key))).state);
  }
  return state;
}
const accepted = (): Promise<Ceremony> => signedBy(begin({}, holders, aKeyring(), now));

const linesOf = (ceremony: Ceremony): string[] => {
  const { names } = folder(ceremony);
  return proposalLines(proposedChanges(checkProposals(ceremony, aKeyring().registry, now)), names);
};

test('shows whoever signs the whole id of every key with its role, and their names beside them', () => {
  const lines = linesOf(begin({}, holders, aKeyring(), now));
  expect(lines).toEqual([
    'root 1, valid until 2027-04-16T10:00:00Z',
    '  root: 2 must sign',
    ...[alice, bob]
      .map((key) => ['added    ', id(key), key === alice ? ' alice' : ' bob'])
      .sort(byId)
      .map(asLine),
    '  targets: 1 must sign',
    ...[alice, bob]
      .map((key) => ['added    ', id(key), key === alice ? ' alice' : ' bob'])
      .sort(byId)
      .map(asLine),
    '  snapshot: 1 must sign',
    `    added     ${id(online)}  no name`,
    '  timestamp: 1 must sign',
    `    added     ${id(clock)}  no name`,
    'targets 1, valid until 2026-10-13T10:00:00Z',
    '  bins, which name every record: 1 must sign',
    `    added     ${id(online)}  no name`,
    `  approval keys of mcp.example.com, in the keyring with SHA-256 ${sha256(keyringBytes(aKeyring()))}`,
    `    added     ${id(testKey())}  alice`,
    `      hint ${testKey().hint}`,
    '      valid from 2026-01-01T00:00:00Z on',
    'names are not signed: compare each id with the one that its holder reads to you',
  ]);
});

const byId = (a: readonly string[], b: readonly string[]): number => ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1);
const asLine = (words: readonly string[]): string => `    ${words.join(' ')}`;

test('says of each key whether it is added, removed, changed or unchanged', async () => {
  const changed = { ...holders, root: held([alice, carol], 1) };
  const lines = linesOf(proposeRoot(await accepted(), changed, now));
  expect(lines).toContain('  root: 1 must sign (2 until now)');
  expect(lines).toContain(`    unchanged ${id(alice)}  alice`);
  expect(lines).toContain(`    added     ${id(carol)}  no name`);
  expect(lines).toContain(`    removed   ${id(bob)}  bob`);
});

test('lists every approval of a revoked key that stays valid, so that one digest in place of another shows', async () => {
  const [one, two, three] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
  const revoked = (stillCount: string[]): Keyring =>
    aKeyring({
      keys: [
        approvalKey(testKey(), { revoked: { since: '2026-04-16T10:00:00Z', reason: 'stolen', stillCount } }),
        approvalKey(testKey(9)),
      ],
    });
  const first = proposeTargets(await accepted(), revoked([one, two]), now);
  expect(linesOf(first)).toEqual(
    expect.arrayContaining([
      `    changed   ${id(testKey())}  alice`,
      '      revoked 2026-04-16T10:00:00Z ("stolen"); approvals that stay valid: 2; until now valid from 2026-01-01T00:00:00Z on',
      `      added     bundle ${one} stays valid`,
      `      added     bundle ${two} stays valid`,
      `    added     ${id(testKey(9))}  no name`,
    ]),
  );
  const swapped = linesOf(proposeTargets(await signedBy(first), revoked([one, three]), now));
  expect(swapped).toContain(`      unchanged bundle ${one} stays valid`);
  expect(swapped).toContain(`      added     bundle ${three} stays valid`);
  expect(swapped).toContain(`      removed   bundle ${two} stays valid`);
});

test('says what to run next, and warns before anything ends', async () => {
  const next = async (state: Ceremony, at: string): Promise<string> => ceremonyState(folder(state), new Date(at)).next;
  expect(await next({}, '2026-04-16T10:00:00Z')).toContain('registry root init');
  expect(await next(begin({}, holders, aKeyring(), now), '2026-04-16T10:00:00Z')).toContain('registry root sign');
  const state = await accepted();
  expect(await next(state, '2026-04-17T10:00:00Z')).toContain('nothing');
  expect(await next(state, '2026-08-20T10:00:00Z')).toContain('registry keyring renew');
  expect(await next(state, '2027-03-01T10:00:00Z')).toContain('registry root rotate');
  expect(ceremonyLines(ceremonyState(folder(state), now))[0]).toBe('root 1 is valid until 2027-04-16T10:00:00Z');
});
