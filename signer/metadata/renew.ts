/** Finds a role's newest file, and signs it again if necessary. */
import { sameJson } from '../../core/canonical.ts';
import { Failure } from '../../core/failure.ts';
import type { Format } from '../../core/formats.ts';
import { keyIdOf, metadataKey, specVersion, type Metadata, type Role } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { daysAfter, toSecond } from '../../core/time.ts';
import type { MetadataSignature } from '../../schemas/types.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { metadataFileName, Overtaken, type MetadataStore } from './metadata-store.ts';
import { seal, type Content } from './role.ts';

/** A kind of file. */
export interface Kind<R extends Role> {
  readonly name: string;
  readonly format: Format<{ signatures: MetadataSignature[]; signed: R }>;
  readonly type: R['_type'];
  readonly lifeDays: number;
  /** How long before its end it is signed again. */
  readonly renewDays: number;
  /** The version of its newest file; 0 if it has no file. */
  readonly version: number;
}

export interface Renewal {
  readonly store: MetadataStore;
  readonly now: Date;
  /** The highest version of each role's files, published or left by a run that was interrupted. */
  readonly highest: ReadonlyMap<string, number>;
}

/** The current file, and whether it was made just now. */
export interface Renewed {
  readonly version: number;
  readonly bytes: Uint8Array;
  readonly made: boolean;
}

/**
 * The newest file if its content is right, it does not expire soon and the key signed it; else a new file.
 * @throws Overtaken
 */
export async function renew<R extends Role>(
  { store, now, highest }: Renewal,
  { name, format, type, lifeDays, renewDays, version }: Kind<R>,
  content: Content<R>,
  key: SigningKey,
): Promise<Renewed> {
  if (version > 0) {
    const bytes = await store.read({ role: name, version });
    const { signed, signatures } = open(format, bytes, metadataFileName({ role: name, version }));
    const { _type, spec_version: _spec, version: _version, expires, ...says } = signed;
    const keyid = keyIdOf(metadataKey(await key.publicKey()));
    const ends = new Date(expires);
    // A file that expires later than one that is signed now was signed while the clock was wrong.
    const young = now < daysAfter(ends, -renewDays) && ends <= daysAfter(now, lifeDays);
    if (young && sameJson(says, content) && signatures.some((signature) => signature.keyid === keyid))
      return { version, bytes, made: false };
  }
  const next = Math.max(version, highest.get(name) ?? 0) + 1;
  const expires = toSecond(daysAfter(now, lifeDays));
  const bytes = await seal({ _type: type, spec_version: specVersion, version: next, expires, ...content } as R, key);
  if (!(await store.create({ role: name, version: next }, bytes)))
    throw new Overtaken(`${metadataFileName({ role: name, version: next })} is there already`);
  return { version: next, bytes, made: true };
}

/** The kind with its newest file's version. */
export const newest = <K extends { readonly name: string }>(
  { highest }: Pick<Renewal, 'highest'>,
  kind: K,
): K & { readonly version: number } => ({ ...kind, version: highest.get(kind.name) ?? 0 });

export async function highestVersions(store: MetadataStore): Promise<ReadonlyMap<string, number>> {
  const highest = new Map<string, number>();
  for (const { role, version } of await store.list()) highest.set(role, Math.max(version, highest.get(role) ?? 0));
  return highest;
}

export async function readNewest<R extends Role>(
  store: MetadataStore,
  highest: ReadonlyMap<string, number>,
  format: Kind<R>['format'],
  role: string,
): Promise<Metadata<R> | undefined> {
  const version = highest.get(role);
  if (version === undefined) return undefined;
  return open(format, await store.read({ role, version }), metadataFileName({ role, version }));
}

function open<T>(format: Format<T>, bytes: Uint8Array, file: string): T {
  try {
    return openFormat(format, bytes, file);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Failure('metadata-store', `${file} cannot be used: ${cause.message}`, 'restore it from a copy', {
      cause,
    });
  }
}
