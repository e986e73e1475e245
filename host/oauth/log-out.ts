/** What `countersign logout` does. */
import { messageOf } from '../../core/failure.ts';
import { renewTimes } from '../../core/limits.ts';
import { setAuthorities } from '../certificates.ts';
import { npmOptions } from '../on-demand.ts';
import { changeAlone, waiting } from './change-alone.ts';
import { boundedFetch } from './fetch.ts';
import { revokeSignIn } from './renew.ts';
import type { SignIns } from './sign-ins.ts';

export interface LoggedOut {
  readonly forgotten: number;
  /** Of how many the tokens have ended. */
  readonly revoked: number;
  /** Why the others may be valid until they expire, where something went wrong. */
  readonly problems: readonly string[];
}

/** Forgets every sign-in to a server, and has its tokens end where the authorization server offers that. */
export async function logOut(signIns: SignIns): Promise<LoggedOut> {
  const names = await signIns.names();
  const problems: string[] = [];
  let revoked = 0;
  for (const name of names) {
    // First here: whatever the authorization server answers, nobody is signed in after this.
    const forgotten = await changeAlone(await signIns.lockIn(name), waiting, () => signIns.forget(name));
    if (forgotten === undefined) continue;
    try {
      await setAuthorities();
      // It was approved when somebody signed in there, so its own tokens may be sent back to it.
      const fetch = boundedFetch(await npmOptions(), AbortSignal.timeout(renewTimes.deadlineMs));
      if (await revokeSignIn(forgotten, fetch)) revoked += 1;
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return { forgotten: names.length, revoked, problems };
}
