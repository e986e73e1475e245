/** What a token may be made of, so that none can end a header and begin another one. */
import { maxSignInTokenLength } from '../../core/limits.ts';

/** `b64token` (RFC 6750, 2.1). */
export const isAccessToken = (value: unknown): value is string =>
  isToken(value) && /^[A-Za-z0-9._~+/-]+=*$/u.test(value);

/** Visible ASCII and spaces (RFC 6749, appendix A). */
export const isToken = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= maxSignInTokenLength && /^[ -~]+$/u.test(value);
