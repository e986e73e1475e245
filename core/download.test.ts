import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { HttpFailure, NetworkFailure, withoutSecrets } from './address.ts';
import { readBody } from './download.ts';

const url = 'https://user:word@example.com:8443/a/b.json?token=secret#part';

test('leaves user, password, query and fragment out of messages', () => {
  expect(withoutSecrets(url)).toBe('https://example.com:8443/a/b.json');
  for (const failure of [new HttpFailure(url, 403), new NetworkFailure(url, new Error('reset'))])
    expect(`${failure.message} ${failure.remedy}`).not.toMatch(/word|secret/u);
});

const body = (bytes: number): Readable => Readable.from([Buffer.alloc(bytes - 1, 'x'), Buffer.from('y')]);

test('reads a body up to the limit, and refuses it one byte later', async () => {
  await expect(readBody(body(10), 10, url)).resolves.toHaveLength(10);
  await expect(readBody(body(11), 10, url)).rejects.toMatchObject({
    code: 'E_TOO_LARGE',
    message: 'https://example.com:8443/a/b.json is larger than 10 bytes',
  });
});

test('stops reading a body that never ends', async () => {
  let given = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        given++;
        yield Buffer.alloc(1000);
      }
    })(),
  );
  await expect(readBody(endless, 10_000, url)).rejects.toMatchObject({ code: 'E_TOO_LARGE' });
  expect(given).toBeLessThan(100);
});

test.each([
  ['its code', Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['that no answer came in time', new DOMException('aborted', 'TimeoutError'), 'no answer in time'],
  ['its message', new Error('certificate has expired'), 'certificate has expired'],
])('says of a network error %s', (_, cause, reason) => {
  expect(new NetworkFailure(url, cause)).toMatchObject({
    code: 'network',
    message: `https://example.com:8443/a/b.json cannot be reached: ${reason}`,
    cause,
  });
});
