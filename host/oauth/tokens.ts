/** Opens what a token endpoint answered. */
import type { TokenEndpointResponse } from 'oauth4webapi';
import { maxTokenLifeMs } from '../../core/limits.ts';
import { unusable } from './faults.ts';
import type { SignIn } from './sign-ins.ts';
import { isAccessToken, isToken } from './token-form.ts';

/** @throws Failure `sign-in` for tokens that no header may carry, or that want more than to be carried */
export function tokensIn(
  issuer: string,
  { token_type: type, access_token: accessToken, refresh_token: refreshToken, expires_in: life }: TokenEndpointResponse,
  now: Date,
): Pick<SignIn, 'accessToken' | 'expiresAt' | 'refreshToken'> {
  if (type !== 'bearer') throw unusable(issuer, 'its tokens are not of the type Bearer');
  if (!isAccessToken(accessToken)) throw unusable(issuer, 'it gave an access token that no header can carry');
  if (refreshToken !== undefined && !isToken(refreshToken))
    throw unusable(issuer, 'it gave a refresh token that is none');
  return {
    accessToken,
    ...(life !== undefined && {
      expiresAt: new Date(now.getTime() + Math.min(life * 1_000, maxTokenLifeMs)).toISOString(),
    }),
    ...(refreshToken !== undefined && { refreshToken }),
  };
}
