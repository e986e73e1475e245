/** Sends a batch of events to the collector: through npm's proxies and with its certificates, as all requests of a host. */
import { HttpFailure } from '../../core/address.ts';
import { exchange, readBody } from '../../core/download.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, JsonError, parseJson } from '../../core/json.ts';
import { auditSendTimeoutMs, maxAuditLineBytes } from '../../core/limits.ts';
import { npmOptions } from '../../core/npm-config.ts';
import { howShared } from '../../core/private.ts';
import { readRegularFile } from '../../core/regular-file.ts';
import { setAuthorities } from '../certificates.ts';
import { CollectorBusy } from './held-back.ts';
import { otlpLogs, type SentEvent } from './otlp.ts';
import type { Forwarding } from './settings.ts';

/** Sends events in their order. Returns how many of them the collector took and then refused for good. */
export type Send = (events: readonly SentEvent[], signal: AbortSignal) => Promise<number>;

/**
 * HttpFailure: any answer but a success, redirects included.
 * @throws HttpFailure, CollectorBusy where it says when to come again, NetworkFailure; Failure `audit-headers`; Refusal E_TOO_LARGE
 */
export const sendTo =
  ({ endpoint, protocol, headersFrom }: Forwarding): Send =>
  async (events, signal) => {
    await setAuthorities();
    const otlp = protocol === 'otlp';
    const body = otlp ? JSON.stringify(otlpLogs(events)) : events.map(({ text }) => `${text}\n`).join('');
    const headers = {
      ...(headersFrom !== undefined && readHeaders(headersFrom)),
      'content-type': otlp ? 'application/json' : 'application/x-ndjson',
    };
    const bounds = AbortSignal.any([signal, AbortSignal.timeout(auditSendTimeoutMs)]);
    const ask = { method: 'POST', headers, body, compress: false, signal: bounds };
    return exchange(endpoint, await npmOptions(), ask, async ({ status, headers: answered, body: answer }) => {
      const retryAfter = answered.get('retry-after');
      if (retryAfter !== null && (status === 429 || status > 499))
        throw new CollectorBusy(endpoint, status, retryAfter);
      if (status < 200 || status > 299)
        throw new HttpFailure(endpoint, status, 'tell the people who run the collector: the events wait here');
      const bytes = await readBody(answer, maxAuditLineBytes, endpoint);
      return otlp ? rejectedIn(bytes) : 0;
    });
  };

/** `partialSuccess` of OTLP: what is rejected must not be sent again. A 64-bit integer is a string, or a number. */
function rejectedIn(bytes: Uint8Array): number {
  let answer: unknown;
  try {
    answer = parseJson(bytes);
  } catch (error) {
    if (error instanceof JsonError) return 0;
    throw error;
  }
  const partial = isJsonObject(answer) ? answer['partialSuccess'] : undefined;
  const rejected = Number(isJsonObject(partial) ? (partial['rejectedLogRecords'] ?? 0) : 0);
  return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
}

/**
 * Reads `Name: value` lines. They hold secrets: nobody but the administrator or this account may change them, not
 * everybody may read them, and no message shows one.
 * @throws Failure `audit-headers`
 */
export function readHeaders(path: string): Record<string, string> {
  const fail = (why: string, remedy: string, options?: ErrorOptions): Failure =>
    new Failure('audit-headers', `${path} ${why}`, remedy, options);
  let read;
  try {
    read = readRegularFile(path, maxAuditLineBytes);
  } catch (cause) {
    throw fail('cannot be read, and holds the headers for the collector', 'let this account read it', { cause });
  }
  const shared = howShared(read.found);
  if (shared !== undefined) throw fail(shared, 'let the administrator or this account alone write it');
  if (process.platform !== 'win32' && (read.found.mode & 0o004) !== 0)
    throw fail('can be read by everybody, and holds secrets', `run \`chmod o-r '${path}'\``);
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  const lines = read.bytes.toString('utf8').split(/\r?\n/u);
  for (const [index, line] of lines.entries()) {
    if (/^\s*(?:#|$)/u.test(line)) continue;
    const { name, value } =
      /^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(?<value>[\x21-\x7e][\x20-\x7e]*)$/u.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined)
      throw fail(`has no header in line ${index + 1}`, 'write each header as Name: value');
    headers[name.toLowerCase()] = value.trimEnd();
  }
  return headers;
}
