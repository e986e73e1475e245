/**
 * How other programs can start a server without the launcher, for the formats that know nothing else: an image by its
 * digest, or an endpoint. Such a program checks the bytes of an image, and none of the other things that hosts check, so a
 * server is left out where the launcher does more than the format can say: it limits who may run it, or fills in a folder
 * or a value of the user; and where the format would take a path for something else.
 */
import type { Argument, Manifest } from '../../../schemas/types.ts';
import type { ExportedServer } from './export.ts';
import { asPlaced, currentVersion, imageReference, mayRun } from './runnable.ts';
import { isFilledIn } from './server-json-format.ts';

export type DirectStart =
  | { readonly kind: 'image'; readonly reference: string; readonly words: readonly Word[] }
  | { readonly kind: 'endpoint'; readonly remote: NonNullable<Manifest['remote']> };

/** A word behind the image: always the same one, or one that the user must give. */
export type Word = { readonly value: string } | { readonly asked: Exclude<Argument, { readonly type: 'fixed' }> };

export function directStart(server: ExportedServer): DirectStart | undefined {
  const { server: manifest } = server.current.approval.statement.predicate;
  if (!mayRun(currentVersion(server).state) || manifest.audience !== undefined) return undefined;
  if (wordsToFillIn(manifest).some(isFilledIn) || !filesOf(manifest).every(isOnePlace)) return undefined;
  if (manifest.remote !== undefined) return { kind: 'endpoint', remote: manifest.remote };
  const reference = imageReference(manifest);
  return reference === undefined ? undefined : { kind: 'image', reference, words: asPlaced(manifest).flatMap(word) };
}

/** Optional arguments are left to the user. */
function word(argument: Argument): readonly Word[] {
  if (argument.type === 'fixed') return [{ value: argument.value }];
  if (argument.default !== undefined)
    return [...(argument.type === 'named' ? [{ value: argument.name }] : []), { value: argument.default }];
  if (argument.required !== true) return [];
  if (argument.type === 'positional') return [{ asked: argument }];
  return argument.flag === true ? [{ value: argument.name }] : [{ value: argument.name }, { asked: argument }];
}

const filesOf = ({ permissions }: Pick<Manifest, 'permissions'>): readonly string[] => [
  ...(permissions?.filesystem?.read ?? []),
  ...(permissions?.filesystem?.write ?? []),
];

/**
 * Behind a colon stands another place, where the first one is mounted: `/etc:/data` is one path that was approved, and shows
 * `/etc` there. What is not whole is a volume, or depends on where the program was started.
 */
const isOnePlace = (path: string): boolean => /^\/[^:]*$/u.test(path) && !path.split('/').includes('..');

/** Every text of a manifest in which the launcher puts a value. */
const wordsToFillIn = ({ launch, remote, ...manifest }: Manifest): readonly string[] => [
  ...(launch?.arguments ?? []).map((each) => (each.type === 'fixed' ? each.value : (each.default ?? ''))),
  ...(launch?.environment ?? []).map(({ default: preset }) => preset ?? ''),
  ...filesOf(manifest),
  ...(remote === undefined ? [] : [remote.url]),
  ...(remote?.headers ?? []).flatMap(({ value, default: preset }) => [value ?? '', preset ?? '']),
];
