import type { IncomingHttpHeaders } from 'node:http';

export type Service = 's3' | 'kms' | 'cloudfront' | 'secretsmanager';

/** A request, told apart from others before anything of it is done. */
export interface Call {
  /** From 1 on, over all services. */
  readonly number: number;
  readonly service: Service;
  /** As the SDK names it: `PutObject`. `Unknown` where this server does not play it. */
  readonly operation: string;
  /** What it is about: `bucket/key`, the key of KMS, the distribution. */
  readonly resource: string;
  /** Of KMS and Secrets Manager: the JSON that was sent. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Of the body as it was sent. */
  readonly bytesIn: number;
  /** Of the answer's body. */
  bytesOut: number;
  /** Of the answer; nothing where there was none. */
  status: number | undefined;
}

/** What a service answers from. */
export interface Request {
  readonly method: string;
  /** As it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly operation: string;
  readonly now: Date;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
