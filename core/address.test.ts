import { expect, test } from 'vitest';
import { NetworkFailure } from './address.ts';

const failed = (code: string): NetworkFailure =>
  new NetworkFailure('https://user:secret@mcp.example.com/x?token=1', Object.assign(new Error('failed'), { code }));

test.each([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('names the certificate and the setting for it where a server is refused for %s', (code) => {
  const { message, remedy } = failed(code);
  expect(message).toBe(`https://mcp.example.com/x cannot be reached: its certificate is not accepted (${code})`);
  expect(remedy).toMatch(/certificate authority of your organisation.*npm config set cafile.*NODE_EXTRA_CA_CERTS/u);
});

test.each(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])('names the clock beside the certificate for %s', (code) => {
  expect(failed(code).remedy).toMatch(/certificate's dates, and at this machine's clock/u);
});

test.each(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_TLS_PROTOCOL_VERSION_CONFLICT'])(
  'names the certificate where the handshake fails for %s',
  (code) => {
    expect(failed(code).remedy).toMatch(/handshake failed: look at the server's certificate.*cafile/u);
  },
);

test.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET'])('does not speak of certificates for %s', (code) => {
  expect(failed(code)).toMatchObject({
    message: `https://mcp.example.com/x cannot be reached: ${code}`,
    remedy: 'check the network, the proxy and the address',
  });
});
