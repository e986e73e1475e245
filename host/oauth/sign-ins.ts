/** The sign-ins of this account to one server. They lie where its secrets lie. */
import { sameJson } from '../../core/canonical.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { tokenMarginMs } from '../../core/limits.ts';
import type { KeptIn, KeptSecrets } from '../credentials/kept.ts';
import { anySignIn, nameOf, namesFor, type Binding, type SignInPlace } from './binding.ts';
import { isAccessToken, isToken } from './token-form.ts';

/** What an authorization server gave to a person. Never print it. */
export interface SignIn {
  readonly binding: Binding;
  /** Which client of the authorization server this host is: the approved one, or the one that it registered. */
  readonly clientId: string;
  /** The resource that the tokens were asked for, as the endpoint names itself (RFC 8707). */
  readonly audience: string;
  readonly accessToken: string;
  /** Absent where the authorization server did not say. */
  readonly expiresAt?: string;
  readonly refreshToken?: string;
}

export interface KeptSignIn {
  readonly signIn: SignIn;
  readonly where: KeptIn;
}

export class SignIns {
  readonly #kept: KeptSecrets;

  constructor(kept: KeptSecrets) {
    this.#kept = kept;
  }

  /** Undefined where nobody is signed in, or not to exactly this. @throws Refusal, Failure */
  async read(binding: Binding): Promise<KeptSignIn | undefined> {
    const name = nameOf(binding);
    const where = await this.#kept.where(name);
    if (where === undefined) return undefined;
    const signIn = openSignIn(await this.#kept.read(name, where));
    // The name alone says so already, unless somebody renamed a file.
    return sameJson(signIn.binding, binding) ? { signIn, where } : undefined;
  }

  /** Keeps it in place of the one before. */
  keep({ signIn, where }: KeptSignIn): Promise<void> {
    return this.#kept.keep(nameOf(signIn.binding), JSON.stringify({ schemaVersion: 1, ...signIn }), where);
  }

  /** @throws Failure `no-keychain` */
  checkKeychain(binding: Binding): Promise<void> {
    return this.#kept.checkKeychain(nameOf(binding));
  }

  /** The names of all sign-ins, or of those to an endpoint as it is approved now. Nothing secret is read for that. */
  names(place?: SignInPlace): Promise<string[]> {
    return this.#kept.namesLike(place === undefined ? anySignIn : namesFor(place));
  }

  /** Forgets one. Returns it where it could be read. */
  async forget(name: string): Promise<SignIn | undefined> {
    const where = await this.#kept.where(name);
    if (where === undefined) return undefined;
    const text = await this.#kept.read(name, where).catch(() => undefined);
    await this.#kept.remove(name);
    try {
      return text === undefined ? undefined : openSignIn(text);
    } catch {
      // What cannot be read cannot be revoked either.
      return undefined;
    }
  }

  /** The file that one process at a time makes to change a sign-in. */
  lockIn(name: string): Promise<string> {
    return this.#kept.lockIn(name);
  }
}

/** Whether an access token is of no use any more, or soon. */
export const isExpired = ({ expiresAt }: SignIn, now: Date): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) - tokenMarginMs <= now.getTime();

/** Only what this program wrote. No message holds a part of it. @throws Failure `sign-in-lost` */
function openSignIn(text: string): SignIn {
  let value: unknown;
  try {
    value = parseJson(Buffer.from(text, 'utf8'));
  } catch {
    throw lost;
  }
  if (!isJsonObject(value) || value['schemaVersion'] !== 1) throw lost;
  const { schemaVersion: _, ...signIn } = value;
  const { clientId, audience, accessToken, expiresAt, refreshToken, binding } = signIn as Partial<
    Record<keyof SignIn, unknown>
  >;
  const isWhole =
    isJsonObject(binding) &&
    [clientId, audience].every((each) => typeof each === 'string') &&
    isAccessToken(accessToken);
  const hasOthers =
    (expiresAt === undefined || (typeof expiresAt === 'string' && !Number.isNaN(Date.parse(expiresAt)))) &&
    (refreshToken === undefined || isToken(refreshToken));
  if (!isWhole || !hasOthers) throw lost;
  return signIn as unknown as SignIn;
}

const lost = new Failure(
  'sign-in-lost',
  'what is kept of a sign-in cannot be read',
  'run `countersign logout` and `countersign login` for the server',
);
