import { metadataKey } from '../../core/metadata.ts';
import { begin, conclude, signProposals, type Ceremony, type HoldersByRole } from '../../signer/ceremony/ceremony.ts';
import { checkProposals } from '../../signer/ceremony/proposal.ts';
import type { Keyring } from '../../schemas/types.ts';
import { signingKey, testKey, type TestKey } from './statements.ts';

const [alice, bob] = [testKey(1), testKey(2)];

/** A key ceremony that two people signed: they hold the offline roles, and the online roles have the keys that are given. */
export async function finishedCeremony(
  keyring: Keyring,
  { snapshot, timestamp }: { readonly snapshot: TestKey; readonly timestamp: TestKey },
  start: Date,
): Promise<Ceremony> {
  const held = (...keys: readonly TestKey[]) => ({
    keys: keys.map(({ spki }) => metadataKey(spki)),
    threshold: keys.length,
  });
  const holders: HoldersByRole = {
    root: held(alice, bob),
    targets: held(alice, bob),
    snapshot: held(snapshot),
    timestamp: held(timestamp),
  };
  let ceremony = begin({}, holders, keyring, start);
  for (const key of [alice, bob]) {
    const proposals = checkProposals(ceremony, keyring.registry, start);
    ceremony = conclude((await signProposals(proposals, signingKey(key))).state);
  }
  return ceremony;
}
