import { describe, expect, test } from 'vitest';
import { keyIdOf, metadataKey } from '../../core/metadata.ts';
import type { Keyring } from '../../schemas/types.ts';
import { aKeyring, approvalKey, signingKey, testKey, type TestKey } from '../../test/support/statements.ts';
import {
  begin,
  conclude,
  currentHolders,
  progressOf,
  proposeLauncher,
  proposeRoot,
  proposeTargets,
  signProposals,
  type Ceremony,
  type CheckedCeremony,
  type HoldersByRole,
} from './ceremony.ts';
import { aLauncher } from '../../test/support/launchers.ts';
import { describeLauncher } from './describe-launcher.ts';
import { launcherIn } from './launcher-file.ts';
import { checkProposals } from './proposal.ts';
import type { Holders } from '../metadata/role.ts';

const now = new Date('2026-04-16T10:00:00Z');
const [alice, bob, carol, dave] = [testKey(1), testKey(2), testKey(3), testKey(4)];
const [online, other, clock] = [testKey(20), testKey(22), testKey(21)];
const held = (keys: readonly TestKey[], threshold: number): Holders => ({
  keys: keys.map(({ spki }) => metadataKey(spki)),
  threshold,
});
const holders: HoldersByRole = {
  root: held([alice, bob, carol], 2),
  targets: held([alice, bob, carol], 2),
  snapshot: held([online], 1),
  timestamp: held([clock], 1),
};
const keyring: Keyring = aKeyring();
const idOf = ({ spki }: TestKey): string => keyIdOf(metadataKey(spki));

const proposalsOf = (state: Ceremony): CheckedCeremony => checkProposals(state, keyring.registry, now);

/** Signs with each key in turn, and concludes after each, as people do. */
async function signedBy(state: Ceremony, ...keys: TestKey[]): Promise<Ceremony> {
  let current = state;
  for (const key of keys) current = conclude((await signProposals(proposalsOf(current), signingKey(key))).state);
  return current;
}

const first = (): Ceremony => begin({}, holders, keyring, now);
const done = (): Promise<Ceremony> => signedBy(first(), alice, bob);

describe('the first ceremony', () => {
  test('proposes a root for a year, and a targets file for half of one', () => {
    const { proposedRoot, proposedTargets, root } = first();
    expect(root).toBeUndefined();
    expect(proposedRoot?.signed).toMatchObject({ version: 1, expires: '2027-04-16T10:00:00Z' });
    expect(proposedTargets?.targets.signed).toMatchObject({ version: 1, expires: '2026-10-13T10:00:00Z' });
    expect(progressOf(first()).map(({ what }) => what)).toEqual(['root 1', 'targets 1']);
  });

  test('counts once two of three have signed, whoever they are and in whatever order', async () => {
    for (const pair of [
      [alice, bob],
      [carol, alice],
      [bob, carol],
    ]) {
      const [one, two] = pair as [TestKey, TestKey];
      const half = await signedBy(first(), one);
      expect(half).not.toHaveProperty('root');
      expect(progressOf(half)[0]?.groups[0]).toMatchObject({ signed: [idOf(one)], wanting: 1 });
      const whole = await signedBy(half, two);
      expect(whole.root?.signed.version).toBe(1);
      expect(whole.targets?.keyring).toEqual(keyring);
      expect(progressOf(whole)).toEqual([]);
    }
  });

  test('counts one person once, however often they sign', async () => {
    const twice = await signedBy(first(), alice, alice);
    expect(twice).not.toHaveProperty('root');
    expect(twice.proposedRoot?.signatures.length).toBe(1);
  });

  test('takes no signature of somebody who holds no key', async () => {
    const { state, signed } = await signProposals(proposalsOf(first()), signingKey(dave));
    expect([signed, state]).toEqual([[], first()]);
  });

  test('happens once', async () => {
    const state = await done();
    expect(() => begin(state, holders, keyring, now)).toThrow('there is a root already');
    expect(() => begin(first(), holders, keyring, now)).toThrow('there is a root already');
    expect(() => proposeRoot({}, holders, now)).toThrow('there is no root yet');
    expect(() => proposeTargets({}, keyring, now)).toThrow('there is no root yet');
  });
});

describe('a later root', () => {
  test('needs the keys of the one before it, and its own', async () => {
    const changed = { ...holders, root: held([bob, carol, dave], 2), targets: held([bob, carol, dave], 2) };
    const state = proposeRoot(await done(), changed, now);
    expect(progressOf(state).map(({ what }) => what)).toEqual(['root 2', 'targets 2']);
    expect(progressOf(state)[0]?.groups.map(({ namedBy }) => namedBy)).toEqual(['root 1', 'root 2']);
    // Two of the new ones, but only one of the old.
    const half = await signedBy(state, dave, carol);
    expect(half.root?.signed.version).toBe(1);
    const whole = await signedBy(half, bob);
    expect(whole.root?.signed.version).toBe(2);
    expect(whole.targets?.targets.signed.version).toBe(2);
  });

  test('renews the same keys without a new targets file', async () => {
    const state = proposeRoot(await done(), holders, now);
    expect(progressOf(state).map(({ what }) => what)).toEqual(['root 2']);
    expect((await signedBy(state, alice, carol)).root?.signed.version).toBe(2);
  });

  test('with another snapshot key has the bins signed by it too', async () => {
    const state = proposeRoot(await done(), { ...holders, snapshot: held([other], 1) }, now);
    const whole = await signedBy(state, alice, bob);
    expect(whole.targets?.targets.signed.delegations.succinct_roles.keyids).toEqual([idOf(other)]);
    expect(whole.root?.signed.roles.snapshot.keyids).toEqual([idOf(other)]);
    expect(whole.targets?.keyring).toEqual(keyring);
  });

  test('counts before the targets file that its keys sign', async () => {
    const changed = { ...holders, targets: held([dave], 1) };
    const state = await signedBy(proposeRoot(await done(), changed, now), dave);
    expect(state.targets?.targets.signed.version).toBe(1);
    const whole = await signedBy(state, alice, bob);
    expect([whole.root?.signed.version, whole.targets?.targets.signed.version]).toEqual([2, 2]);
  });

  test('takes back a change of the snapshot key together with the targets file that went with it', async () => {
    const changed = proposeRoot(await done(), { ...holders, snapshot: held([other], 1) }, now);
    const back = proposeRoot(changed, holders, now);
    expect(back.proposedTargets?.targets.signed.delegations.succinct_roles.keyids).toEqual([idOf(online)]);
    expect((await signedBy(back, alice, bob)).targets?.targets.signed.version).toBe(2);
  });

  test('returns the holders that it names', async () => {
    const { root } = await done();
    if (root === undefined) throw new Error('there is a root');
    const ids = ({ keys }: Holders): string[] => keys.map(keyIdOf).sort();
    expect(ids(currentHolders(root.signed).root)).toEqual(ids(holders.root));
    expect(currentHolders(root.signed).root.threshold).toBe(2);
  });
});

describe('another keyring', () => {
  test('counts once enough have signed, and the root stays', async () => {
    const more = aKeyring({ keys: [approvalKey(testKey(1)), approvalKey(testKey(9))] });
    const state = proposeTargets(await done(), more, now);
    expect((await signedBy(state, alice)).targets?.keyring).toEqual(keyring);
    const whole = await signedBy(state, alice, carol);
    expect(whole.targets?.keyring).toEqual(more);
    expect([whole.root?.signed.version, whole.targets?.targets.signed.version]).toEqual([1, 2]);
  });

  test('proposed again drops the signatures of what was proposed before', async () => {
    const half = await signedBy(proposeTargets(await done(), keyring, now), alice);
    const again = proposeTargets(half, aKeyring({ keys: [approvalKey(testKey(9))] }), now);
    expect(again.proposedTargets?.targets.signatures).toEqual([]);
    expect(again.proposedTargets?.targets.signed.version).toBe(2);
  });
});

describe('a launcher', () => {
  const bytes = aLauncher('1.2.0');
  const file = describeLauncher(bytes, 'it');
  const launchers = new Map([[file.hashes.sha256, bytes]]);
  const signedWith = async (state: Ceremony, ...keys: TestKey[]): Promise<Ceremony> => {
    let current = state;
    for (const key of keys) {
      const checked = checkProposals(current, keyring.registry, now, launchers);
      current = conclude((await signProposals(checked, signingKey(key))).state);
    }
    return current;
  };
  const named = ({ targets }: Ceremony): unknown => launcherIn(targets?.targets.signed);

  test('is named once two of three have signed, beside the same keyring and the same bins', async () => {
    const before = await done();
    const state = proposeLauncher(before, file, now);
    expect(named(await signedWith(state, alice))).toBeUndefined();
    const whole = await signedWith(state, alice, carol);
    expect(named(whole)).toEqual({ ...file, custom: { version: '1.2.0' } });
    expect(whole.targets?.keyring).toEqual(keyring);
    expect(whole.targets?.targets.signed.delegations).toEqual(before.targets?.targets.signed.delegations);
  });

  test('stays where the keyring or the keys change, and goes where that is proposed', async () => {
    const with1 = await signedWith(proposeLauncher(await done(), file, now), alice, bob);
    expect(named(await signedWith(proposeTargets(with1, keyring, now), alice, bob))).toEqual(file);
    const rotated = proposeRoot(with1, { ...holders, snapshot: held([other], 1) }, now);
    expect(named(await signedWith(rotated, alice, bob))).toEqual(file);
    const without = await signedWith(proposeLauncher(with1, undefined, now), alice, bob);
    expect(named(without)).toBeUndefined();
    expect(without.targets?.targets.signed.version).toBe(3);
  });

  test('is changed further by what is proposed after it', async () => {
    const more = aKeyring({ keys: [approvalKey(testKey(1)), approvalKey(testKey(9))] });
    const both = proposeTargets(proposeLauncher(await done(), file, now), more, now);
    const whole = await signedWith(both, bob, carol);
    expect(named(whole)).toEqual(file);
    expect(whole.targets?.keyring).toEqual(more);
    expect(whole.targets?.targets.signed.version).toBe(2);
  });

  test('cannot be proposed before the first ceremony', () => {
    expect(() => proposeLauncher({}, file, now)).toThrow('there is no root yet');
  });
});
