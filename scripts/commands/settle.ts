/** How every command that takes part in a ceremony ends. */
import { keyIdOf } from '../../core/metadata.ts';
import { ceremonyLines, ceremonyState } from '../report/ceremony-lines.ts';
import { writeTrustFolder, type TrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { conclude, here } from './common.ts';
import type { Named } from './key-options.ts';

/** Writes the folder and says how it stands. */
export async function settle(
  folder: TrustFolder,
  json: true | undefined,
  now: Date,
  signed: readonly string[] = [],
  lines: readonly string[] = [],
): Promise<void> {
  await writeTrustFolder(here(), folder);
  const state = ceremonyState(folder, now);
  conclude(json, [], { ...(signed.length > 0 && { signed }), ...state }, [
    ...signed.map((what) => `signed ${what}`),
    ...lines,
    ...ceremonyLines(state),
  ]);
}

/** The names of holders, with those of new ones. */
export const withNames = (names: ReadonlyMap<string, string>, more: readonly Named[]): ReadonlyMap<string, string> =>
  new Map([...names, ...more.map(({ key, name }): [string, string] => [keyIdOf(key), name])]);
