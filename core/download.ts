/** Bounded downloads: every one has a limit in bytes and a limit in time, and follows no redirect. */
import { Failure, messageOf } from './failure.ts';
import { Refusal } from './refusal.ts';

export interface Bounds {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The network could not be used, or did not answer in time. The only failure for which a cache may stand in. */
export class NetworkFailure extends Failure {
  constructor(url: string, cause: unknown) {
    super(
      'network',
      `${withoutSecrets(url)} cannot be reached: ${reason(cause)}`,
      'check the network, the proxy and the address',
      { cause },
    );
  }
}

/** The server answered with something else than the file. */
export class HttpFailure extends Failure {
  readonly status: number;

  constructor(url: string, status: number) {
    super(
      'http-status',
      `${withoutSecrets(url)} answered ${status}`,
      'check the address, or ask whoever runs the server',
    );
    this.status = status;
  }
}

/** An address in a message: no user, no password, no query. */
export function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function reason(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : messageOf(error);
}

/** Reads a body up to a limit. @throws Refusal E_TOO_LARGE */
export async function readBody(
  body: AsyncIterable<Uint8Array | string>,
  maxBytes: number,
  url: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.byteLength;
    if (size > maxBytes)
      throw new Refusal(
        'E_TOO_LARGE',
        `${withoutSecrets(url)} is larger than ${maxBytes} bytes`,
        'tell whoever runs the server: it serves something else than the file',
      );
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}
