/** Addresses: how they are shown and compared, and the two ways in which a request to one can fail. */
import { Failure, messageOf, systemCode } from './failure.ts';

/** The network could not be used, or did not answer in time. Only after this failure may a cache be used instead. */
export class NetworkFailure extends Failure {
  constructor(url: string, cause: unknown) {
    super('network', `${withoutSecrets(url)} cannot be reached: ${reason(cause)}`, remedyFor(cause), { cause });
  }
}

/** The server answered, but not with the file. */
export class HttpFailure extends Failure {
  readonly status: number;

  constructor(url: string, status: number, remedy = 'check the address, or ask the operator of the server') {
    super('http-status', `${withoutSecrets(url)} answered ${status}`, remedy);
    this.status = status;
  }
}

export const isHttp = (address: unknown): address is string =>
  typeof address === 'string' && URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol);

/** For messages. */
export const hostOf = (address: unknown): string =>
  isHttp(address) ? new URL(address).host : 'what is no http address';

/**
 * Accepts an address that a server named only if its origin is one that npm is configured with. User and password are
 * taken from npm's configuration, never from the server.
 */
export function addressOn(base: string, named: unknown): string | undefined {
  if (!isHttp(named) || !isHttp(base)) return undefined;
  const own = new URL(base);
  const url = new URL(named);
  if (url.origin !== own.origin) return undefined;
  url.username = own.username;
  url.password = own.password;
  return url.href;
}

/**
 * An https address that an https server names on another host. That host gets no token but one for it,
 * and what it serves is checked by hash. Addresses inside a cloud that hand out credentials are http.
 */
export function secureElsewhere(from: string, to: unknown): string | undefined {
  const target = typeof to === 'string' ? URL.parse(to, from) : null;
  const secure = target?.protocol === 'https:' && URL.parse(from)?.protocol === 'https:';
  return secure && target.username === '' && target.password === '' ? target.href : undefined;
}

/** An address in a message: no user, no password, no query. Never throws. */
export function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return 'what is no address';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

const reason = (error: unknown): string => {
  if (isTimeout(error)) return 'no answer in time';
  const code = systemCode(error) ?? messageOf(error);
  return isAboutCertificate(error) ? `its certificate is not accepted (${code})` : code;
};

function remedyFor(error: unknown): string {
  const code = systemCode(error) ?? '';
  if (validity.has(code))
    return "look at the certificate's dates, and at this machine's clock; if both are right, tell the operator of the server";
  if (isAboutCertificate(error))
    return "look at the server's certificate; for a certificate authority of your organisation, set npm's `cafile` to its file: npm config set cafile <file>. What installs or starts a server takes none from NODE_EXTRA_CA_CERTS, SSL_CERT_FILE or SSL_CERT_DIR";
  if (handshake.test(code))
    return "the TLS handshake failed: look at the server's certificate, the proxy, and npm's `cafile` setting";
  return 'check the network, the proxy and the address';
}

const validity: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * What OpenSSL finds wrong with a certificate, as Node names it
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes).
 */
const aboutCertificate =
  /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/u;
const handshake = /^(?:EPROTO$|ERR_SSL_|ERR_TLS_)/u;

const isAboutCertificate = (error: unknown): boolean => aboutCertificate.test(systemCode(error) ?? '');

/**
 * No answer, or an answer that only says "not now". Both count the same: an attacker who sends one can also send
 * nothing.
 */
export const isSilence = (error: unknown): error is NetworkFailure | HttpFailure =>
  error instanceof NetworkFailure || (error instanceof HttpFailure && (error.status === 429 || error.status >= 500));

/** Buckets answer 403 for a missing file if the caller may not list the bucket. */
export const isAbsence = (error: unknown): boolean =>
  error instanceof HttpFailure && [403, 404, 410].includes(error.status);
