import { authorize } from './authorize.ts';
import type { Signing } from './agreed.ts';
import { authorizeDevice } from './device.ts';
import { findAudience, findServer } from './discover.ts';
import { signInFailure } from './faults.ts';
import type { SignIn } from './sign-ins.ts';

/**
 * Signs a person in to an endpoint, with a browser on this machine or on another one.
 * @throws Failure `sign-in`, `network`; Refusal E_TOO_LARGE; what the signal is aborted with
 */
export async function signIn(signing: Signing, way: 'browser' | 'device'): Promise<SignIn> {
  const { binding, request, fetch, askWithoutToken, signal } = signing;
  try {
    const audience = await findAudience(request, binding.issuer, fetch, askWithoutToken);
    const agreed = { ...signing, server: await findServer(binding.issuer, fetch), audience };
    return way === 'device' ? await authorizeDevice(agreed) : await authorize(agreed);
  } catch (error) {
    // Why it ended is what the person did, or the clock.
    throw signal.aborted ? (signal.reason as Error) : signInFailure(binding.issuer, error);
  }
}
