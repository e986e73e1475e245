import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyIdOf, metadataKey } from '../../core/metadata.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Keyring } from '../../schemas/types.ts';
import { aKeyring, approvalKey, testKey, type TestKey } from '../../test/support/statements.ts';
import { aLauncher } from '../../test/support/launchers.ts';
import { begin, proposeLauncher, type Ceremony } from './ceremony.ts';
import { describeLauncher } from './describe-launcher.ts';
import { checkProposals, proposedChanges } from './proposal.ts';

const now = new Date('2026-04-16T10:00:00Z');
const [alice, bob, online, clock, mallory] = [testKey(1), testKey(2), testKey(20), testKey(21), testKey(66)];
const held = (keys: readonly TestKey[], threshold: number) => ({
  keys: keys.map(({ spki }) => metadataKey(spki)),
  threshold,
});
const id = ({ spki }: TestKey): string => keyIdOf(metadataKey(spki));
const first = (keyring: Keyring = aKeyring()): Ceremony =>
  begin(
    {},
    {
      root: held([alice, bob], 2),
      targets: held([alice, bob], 2),
      snapshot: held([online], 1),
      timestamp: held([clock], 1),
    },
    keyring,
    now,
  );

type Fields = Record<string, unknown>;
/** An object inside another one. */
const inside = (value: unknown, ...path: string[]): Fields =>
  path.reduce<unknown>((at, name) => (at as Fields)[name], value) as Fields;
const inRoot = (draft: Fields, ...path: string[]): Fields => inside(draft, 'proposedRoot', 'signed', ...path);
const inTargets = (draft: Fields, ...path: string[]): Fields =>
  inside(draft, 'proposedTargets', 'targets', 'signed', ...path);
const inKeyring = (draft: Fields): Fields => inside(draft, 'proposedTargets', 'keyring');
const keyringTarget = ['targets', 'trust/keyring.json'];

/** The first proposal, as somebody edited its files. */
function edited(edit: (draft: Fields) => unknown): Ceremony {
  const draft = structuredClone(first());
  edit(draft as unknown as Fields);
  return draft;
}
const refusal = (state: Ceremony, at = now): string => {
  try {
    checkProposals(state, 'mcp.example.com', at);
    return 'accepted';
  } catch (error) {
    const { code, message } = error as Refusal;
    return `${code}: ${message}`;
  }
};

test('accepts what this program proposes, also weeks later and by a clock that is a little behind', () => {
  expect(refusal(first())).toBe('accepted');
  expect(refusal(first(), new Date('2026-06-01T00:00:00Z'))).toBe('accepted');
  expect(refusal(first(), new Date('2026-04-16T09:00:00Z'))).toBe('accepted');
});

describe('refuses before anybody signs', () => {
  const malloryKey = { [id(mallory)]: metadataKey(mallory.spki) };
  const bins = ['delegations', 'succinct_roles'];
  const otherBins = 'E_DELEGATION: the proposed targets file gives the bins to other keys';
  test.each<[string, (draft: Fields) => unknown, string]>([
    [
      'bins that another key signs',
      (draft) => {
        inTargets(draft, 'delegations')['keys'] = malloryKey;
        inTargets(draft, ...bins)['keyids'] = [id(mallory)];
      },
      otherBins,
    ],
    [
      'bins that one more key signs',
      (draft) => {
        Object.assign(inTargets(draft, 'delegations', 'keys'), malloryKey);
        inTargets(draft, ...bins)['keyids'] = [id(mallory), id(online)];
      },
      otherBins,
    ],
    ['another number of bins', (draft) => (inTargets(draft, ...bins)['bit_length'] = 4), otherBins],
    [
      'a delegation of another kind',
      (draft) => (inTargets(draft, 'delegations')['roles'] = [{ name: 'x' }]),
      otherBins,
    ],
    [
      'one more target',
      (draft) => (inTargets(draft, 'targets')['servers/evil.json'] = { length: 1 }),
      'E_FORMAT: `targets` of the proposed targets file',
    ],
    [
      'another length of the keyring',
      (draft) => (inTargets(draft, ...keyringTarget)['length'] = 1),
      'E_FORMAT: `targets` of the proposed targets file',
    ],
    [
      'another keyring than the targets file names',
      (draft) => (inKeyring(draft)['keys'] = [approvalKey(mallory)]),
      'E_FORMAT: `targets` of the proposed targets file',
    ],
    [
      'a field that is not known',
      (draft) => (inTargets(draft)['more'] = true),
      'E_FORMAT: `more` of the proposed targets file',
    ],
    [
      'a field that is missing',
      (draft) => delete inRoot(draft)['consistent_snapshot'],
      'E_FORMAT: `consistent_snapshot` of the proposed root',
    ],
    [
      'a key in the root that no role names',
      (draft) => Object.assign(inRoot(draft, 'keys'), malloryKey),
      'E_FORMAT: `keys` of the proposed root',
    ],
    [
      'another key under the id of one',
      (draft) => (inRoot(draft, 'keys')[id(alice)] = metadataKey(mallory.spki)),
      'E_FORMAT: `keys` of the proposed root',
    ],
    [
      'one key named twice',
      (draft) => (inRoot(draft, 'roles', 'root')['keyids'] = [id(alice), id(bob), id(alice)]),
      'E_FORMAT: the proposed root asks for 2 of 2 different root keys',
    ],
    [
      'more signatures than there are keys',
      (draft) => (inRoot(draft, 'roles', 'root')['threshold'] = 3),
      'E_FORMAT: the proposed root asks for 3 of 2 different root keys',
    ],
    [
      'a root that is valid longer than a year',
      (draft) => (inRoot(draft)['expires'] = '2030-01-01T00:00:00Z'),
      'E_FORMAT: the proposed root is valid until 2030-01-01T00:00:00Z, longer than the 365 days',
    ],
    [
      'a targets file that has expired',
      (draft) => (inTargets(draft)['expires'] = '2026-04-16T10:00:00Z'),
      'E_EXPIRED: the proposed targets file expired',
    ],
    [
      'a version that leaves some out',
      (draft) => (inTargets(draft)['version'] = 7),
      'E_VERSION: the proposed targets file has version 7; the next one is 1',
    ],
    ['a keyring of another registry', (draft) => (inKeyring(draft)['registry'] = 'evil.example.com'), 'E_REGISTRY'],
    ['a keyring of development', (draft) => (inKeyring(draft)['environment'] = 'development'), 'E_ENVIRONMENT'],
    [
      'a root without the targets file that must go with it',
      (draft) => delete draft['proposedTargets'],
      'E_FORMAT: the proposed root has other keys for targets or snapshot',
    ],
  ])('%s', (_, edit, message) => {
    expect(refusal(edited(edit))).toContain(message);
  });

  test('a keyring in which a key has the hint of another', () => {
    expect(refusal(first(aKeyring({ keys: [approvalKey(mallory, { hint: testKey().hint })] })))).toContain('E_KEY: ');
  });
});

describe('a launcher', () => {
  const bytes = aLauncher('1.2.0');
  const file = describeLauncher(bytes, 'it');
  const { sha256 } = file.hashes;
  const proposed = proposeLauncher(first(), file, now);
  const checked = (state: Ceremony, launchers: ReadonlyMap<string, Uint8Array>): string => {
    try {
      checkProposals(state, 'mcp.example.com', now, launchers);
      return 'accepted';
    } catch (error) {
      const { code, message } = error as Refusal;
      return `${code}: ${message}`;
    }
  };
  /** As somebody edited what the targets file says of it. */
  const saying = (edit: (named: Fields) => unknown): Ceremony => {
    const draft = structuredClone(proposed);
    edit(inTargets(draft as unknown as Fields, 'targets', 'launcher/countersign.tgz'));
    return draft;
  };
  const there = new Map([[sha256, bytes]]);

  test('is shown with its version, size and digest, and what it takes the place of', () => {
    const checkedNow = checkProposals(proposed, 'mcp.example.com', now, there);
    expect(proposedChanges(checkedNow).targets?.launcher).toEqual({
      ...{ change: 'added', version: '1.2.0', sha256, bytes: bytes.byteLength },
    });
    const newer = describeLauncher(aLauncher('1.10.0'), 'it').custom;
    const { proposedTargets: before } = saying((named) => (named['custom'] = newer));
    if (before === undefined) throw new Error('it was proposed');
    const { proposedTargets } = proposed;
    const state = checkProposals({ proposedTargets } as Ceremony, 'mcp.example.com', now, there);
    expect(proposedChanges({ ...state, targets: before }).targets?.launcher).toMatchObject({
      ...{ change: 'changed', version: '1.2.0', before: '1.10.0', older: true },
    });
  });

  test.each<[string, Ceremony, ReadonlyMap<string, Uint8Array>, string]>([
    ['whose bytes are missing', proposed, new Map(), 'E_DIGEST: the proposed targets file names a launcher'],
    ['that has other bytes', proposed, new Map([[sha256, aLauncher('1.2.1')]]), 'E_DIGEST: the proposed targets file'],
    ['with another length', saying((named) => (named['length'] = 5)), there, 'E_DIGEST: the proposed targets file'],
    [
      'of another version than its bytes have',
      saying((named) => (named['custom'] = { version: '9.9.9' })),
      there,
      'E_FORMAT: `targets` of the proposed targets file',
    ],
    ['with one field more', saying((named) => (named['more'] = 1)), there, 'E_FORMAT: `targets` of the proposed'],
  ])('is signed by nobody %s', (_, state, launchers, starts) => {
    expect(checked(state, launchers)).toMatch(new RegExp(`^${starts}`, 'u'));
  });

  test('is signed by nobody if its bytes are another program', () => {
    const other = aLauncher('1.2.0', { fields: { name: 'other' } });
    const digest = createHash('sha256').update(other).digest('hex');
    const state = saying((named) => Object.assign(named, { length: other.byteLength, hashes: { sha256: digest } }));
    expect(checked(state, new Map([[digest, other]]))).toMatch(/^E_NAME: trust\/launcher\/[0-9a-f]{64}\./u);
  });
});
