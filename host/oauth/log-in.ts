/** What `countersign login` does once it is known who is signed in to what. */
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import { exchange } from '../../core/download.ts';
import { Failure } from '../../core/failure.ts';
import { signInTimes } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';
import { setAuthorities } from '../certificates.ts';
import type { KeptIn } from '../credentials/kept.ts';
import { npmOptions } from '../on-demand.ts';
import { say } from '../output.ts';
import { nameOf, type Binding } from './binding.ts';
import { openBrowser } from './browser.ts';
import { changeAlone, waiting } from './change-alone.ts';
import { boundedFetch } from './fetch.ts';
import { signIn } from './sign-in.ts';
import type { SignIn, SignIns } from './sign-ins.ts';

export interface LoggingIn {
  readonly signIns: SignIns;
  readonly binding: Binding;
  readonly request: EndpointRequest;
  readonly where: KeptIn;
  readonly way: 'browser' | 'device';
  /** Whether a person is at this terminal, whose browser may be opened. */
  readonly isPerson: boolean;
}

/** Signs a person in, and keeps that. @throws Failure `no-keychain`, `sign-in`, `network`; Refusal E_TOO_LARGE */
export async function logIn({ signIns, binding, request, where, way, isPerson }: LoggingIn): Promise<SignIn> {
  const { server } = binding;
  // Nobody is to sign in in vain.
  if (where === 'keychain') await signIns.checkKeychain(binding);
  await setAuthorities();
  const npm = await npmOptions();
  const { signal, end } = patienceFor(way === 'device' ? signInTimes.deviceMs : signInTimes.browserMs);
  try {
    const signedIn = await signIn(
      {
        ...{ binding, request, signal, ...waiting, fetch: boundedFetch(npm, signal) },
        askWithoutToken: (asked) => challengeOf(asked, npm, signal),
        show: (address, code) => {
          const what = code === undefined ? `sign in to ${server} here:` : `type ${code} here, on any machine:`;
          say(what, `  ${address}`);
          if (code === undefined && isPerson) openBrowser(address);
        },
      },
      way,
    );
    // What another process renews at this moment must not take its place.
    const lock = await signIns.lockIn(nameOf(binding));
    await changeAlone(lock, waiting, () => signIns.keep({ signIn: signedIn, where }));
    return signedIn;
  } finally {
    end();
  }
}

/** An endpoint says where it is described when it is asked without a token. */
const challengeOf = ({ url, headers }: EndpointRequest, npm: NpmOptions, signal: AbortSignal): Promise<string | null> =>
  exchange(
    url,
    { ...npm, strictSSL: true },
    {
      method: 'POST',
      headers: { ...headers, accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' }),
      compress: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(signInTimes.answerMs)]),
    },
    async ({ status, headers: said }) => (status === 401 ? said.get('www-authenticate') : null),
  );

/** Until the person is done, stops it with Ctrl-C, or takes too long. */
function patienceFor(ms: number): { readonly signal: AbortSignal; readonly end: () => void } {
  const over = new AbortController();
  const stop = (why: string): void =>
    over.abort(new Failure('sign-in', `nobody signed in: ${why}`, 'run the command again'));
  const cancel = (): void => stop('it was cancelled');
  const timer = setTimeout(() => stop(`it took more than ${ms / 60_000} minutes`), ms);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const each of signals) process.once(each, cancel);
  return {
    signal: over.signal,
    end: () => {
      clearTimeout(timer);
      for (const each of signals) process.removeListener(each, cancel);
    },
  };
}
