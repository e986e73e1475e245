import { renewTimes } from '../../core/limits.ts';
import { setAuthorities } from '../certificates.ts';
import { Access } from './access.ts';
import type { Binding } from './binding.ts';
import { waiting } from './change-alone.ts';
import type { SignIns } from './sign-ins.ts';

/** The token of the person who signed in to this. The library is loaded, and the network used, where it must be renewed. */
export const openAccess = (signIns: SignIns, binding: Binding): Promise<Access> =>
  Access.open({
    ...waiting,
    signIns,
    binding,
    renew: async (signIn) => {
      await setAuthorities();
      const [{ boundedFetch, renewSignIn }, { npmOptions }] = await Promise.all([
        import('./on-demand.ts'),
        import('../on-demand.ts'),
      ]);
      const fetch = boundedFetch(await npmOptions(), AbortSignal.timeout(renewTimes.deadlineMs));
      return renewSignIn(signIn, fetch, waiting.now);
    },
  });
