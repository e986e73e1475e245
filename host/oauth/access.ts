/** The token that the requests of one session carry. It is renewed where it must be, and once only where the endpoint refuses it. */
import { Failure } from '../../core/failure.ts';
import { nameOf, type Binding } from './binding.ts';
import { changeAlone, type Waiting } from './change-alone.ts';
import type { Challenge } from './challenge.ts';
import { isExpired, type SignIn, type SignIns } from './sign-ins.ts';

export interface AccessContext extends Waiting {
  readonly signIns: SignIns;
  readonly binding: Binding;
  /** Undefined where the sign-in is over. */
  readonly renew: (signIn: SignIn) => Promise<SignIn | undefined>;
}

export class Access {
  readonly #context: AccessContext;
  #signIn: SignIn;
  #renewing: Promise<void> | undefined;
  /** One that was renewed here and that the endpoint has not taken yet. */
  #untried: string | undefined;

  private constructor(context: AccessContext, signIn: SignIn) {
    this.#context = context;
    this.#signIn = signIn;
  }

  /** @throws Failure `not-signed-in` where nobody is signed in, or is any more; what reading it throws */
  static async open(context: AccessContext): Promise<Access> {
    const kept = await context.signIns.read(context.binding);
    if (kept === undefined) throw notSignedIn(context.binding);
    const { signIn } = kept;
    if (isExpired(signIn, context.now()) && signIn.refreshToken === undefined) throw ended(context.binding);
    return new Access(context, signIn);
  }

  /** Never print it. @throws Failure `not-signed-in`, `sign-in`, `network` */
  async token(): Promise<string> {
    if (isExpired(this.#signIn, this.#context.now())) await this.#renew(undefined);
    return this.#signIn.accessToken;
  }

  /** The token as it is, although its time may have come. Never print it. */
  get current(): string {
    return this.#signIn.accessToken;
  }

  /** Another token than the one that the endpoint refused with 401. @throws the same, also where it refuses new ones */
  async another(refused: string): Promise<string> {
    await this.#renew(refused);
    return this.#signIn.accessToken;
  }

  /** The endpoint did not refuse this token. */
  took(token: string): void {
    if (this.#untried === token) this.#untried = undefined;
  }

  /** The endpoint knows who asks, and wants a token that allows more (RFC 6750, 3.1). Undefined if it refused for another reason. */
  insufficient({ error, scope }: Challenge): Failure | undefined {
    if (error !== 'insufficient_scope') return undefined;
    const { server, scopes } = this.#context.binding;
    const isApproved = scope === undefined || scope.split(' ').every((each) => scopes.includes(each));
    return new Failure(
      'insufficient-scope',
      `the token does not allow this${scope === undefined ? '' : `: ${server} wants the scope ${scope}`}`,
      isApproved
        ? `run \`countersign login ${server}\` again, or ask who may give you more`
        : 'ask the maintainer of the server to add it to remote.authorization.scopes',
    );
  }

  /** The endpoint refuses a token that was just renewed, or that another process just kept. */
  refusesAll(): Failure {
    return refusesAll(this.#context.binding);
  }

  /** All who wait share one attempt. */
  async #renew(refused: string | undefined): Promise<void> {
    this.#renewing ??= this.#replace(refused).finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  async #replace(refused: string | undefined): Promise<void> {
    const { signIns, binding, renew, now } = this.#context;
    const name = nameOf(binding);
    await changeAlone(await signIns.lockIn(name), this.#context, async () => {
      // Another process may have renewed it, and then the refresh token that is known here is used up.
      const kept = await signIns.read(binding);
      if (kept === undefined) throw notSignedIn(binding);
      const { signIn, where } = kept;
      if (signIn.accessToken !== refused && !isExpired(signIn, now())) {
        this.#signIn = signIn;
        return;
      }
      if (refused !== undefined && refused === this.#untried) throw refusesAll(binding);
      if (signIn.refreshToken === undefined) throw ended(binding);
      const renewed = await renew(signIn);
      if (renewed === undefined) {
        await signIns.forget(name);
        throw ended(binding);
      }
      // First kept, then used: what stops this process must not lose the one refresh token that is left.
      await signIns.keep({ signIn: renewed, where });
      this.#signIn = renewed;
      this.#untried = renewed.accessToken;
    });
  }
}

const notSignedIn = ({ server }: Binding): Failure =>
  new Failure('not-signed-in', `nobody is signed in to ${server} here`, toDo(server));

const ended = ({ server }: Binding): Failure =>
  new Failure('not-signed-in', `the sign-in to ${server} is over`, toDo(server));

const refusesAll = ({ server }: Binding): Failure =>
  new Failure(
    'not-signed-in',
    `${server} refuses a token that was just renewed`,
    `${toDo(server)}; if it stays so, tell its maintainer`,
  );

const toDo = (server: string): string => `a person must run \`countersign login ${server}\` in a terminal`;
