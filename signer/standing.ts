/**
 * What is kept going, from the state alone: no forge is asked and no file of the repository is read. The function that signs
 * metadata knows no more than this, and the one that signs the status does with it while the forge does not answer.
 */
import { currentKnown } from '../catalog/current.ts';
import type { FileIndex } from '../catalog/file-index.ts';
import { knownHistory } from '../catalog/history.ts';
import type { ServerStates } from '../catalog/server-states.ts';
import { wantedServers } from '../catalog/wanted.ts';
import { Failure } from '../core/failure.ts';
import type { SignerKeys } from '../schemas/types.ts';
import { readFileIndex } from './file-index-store.ts';
import { productionIdentity } from './identity.ts';
import type { KeyContext } from './keys/open-key.ts';
import type { Standing } from './prepared.ts';
import type { State } from './state/state.ts';
import { storedStates } from './states-store.ts';
import { readStatus } from './status.ts';
import { readTrust } from './trust-store.ts';

export interface StandingContext extends KeyContext {
  readonly state: State;
  readonly keys: SignerKeys;
  /** Which program this is: what another one knew is worth nothing here. */
  readonly program: string;
}

/** @throws Failure `not-known` where it was not stored, or by another program; UsageError where nothing was signed yet */
export async function readStanding({ state, program, ...context }: StandingContext): Promise<Standing> {
  const files = await readFileIndex(state, { program });
  const states = (await storedStates(state))?.states;
  if (states === undefined || !isKnown(states, files))
    throw new Failure(
      'not-known',
      'what main holds is not stored, or another version of this program stored it',
      'ask the function approve first: it reads what main holds',
    );
  const trust = await readTrust(state);
  // The status names registry.yaml as it was when it was signed last.
  const { keyring } = productionIdentity('', trust, context);
  const [registryFile] = (await readStatus(state, keyring))?.statement.subject ?? [];
  return {
    ...{ program, state, files },
    identity: productionIdentity(registryFile?.digest.sha256 ?? '', trust, context),
    servers: wantedServers(currentKnown(states, files), knownHistory(states.all, files)),
  };
}

/** Whether everything that the main line held is in the index: what is not would silently be published no more. */
const isKnown = ({ current, all }: ServerStates, files: FileIndex): boolean =>
  [...current].every(
    ([name, { manifest }]) => manifest === undefined || files.manifest(name, manifest) !== undefined,
  ) &&
  all.every(
    ({ name, manifest, lock }) => files.manifest(name, manifest) !== undefined && files.lock(lock) !== undefined,
  );
