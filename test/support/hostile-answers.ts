/** What a server, or whoever stands in between, may answer in place of a file. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** Plays an answer. `honest` is the file that was asked for, where there is one; `elsewhere` has it too. */
type Play = (response: ServerResponse, honest: Uint8Array | undefined, elsewhere: string) => unknown;

const MIB = 1024 * 1024;

const status =
  (code: number): Play =>
  (response) =>
    response.writeHead(code).end('no');

/** Sends zeros for as long as anybody reads them. */
const endless: Play = (response) => {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const send = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', send);
  response.writeHead(200);
  send();
};

const slow: Play = (response) => {
  response.writeHead(200).write('{');
  const timer = setInterval(() => response.write(' '), 1000);
  response.on('close', () => clearInterval(timer));
};

const packed =
  (unpacked: (honest: Uint8Array) => Uint8Array): Play =>
  (response, honest = Buffer.alloc(0)) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(unpacked(honest)));

/** Says another length than there is. */
const ofLength =
  (factor: number): Play =>
  (response, honest = Buffer.alloc(0)) =>
    response.socket?.end(
      Buffer.concat([
        Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${Math.floor(honest.byteLength * factor)}\r\n\r\n`),
        honest,
      ]),
    );

const hostileAnswers = {
  endless,
  'one byte a second': slow,
  nothing: () => undefined,
  'a closed connection': (response) => response.destroy(),
  'a file that breaks off': (response, honest = Buffer.alloc(2)) =>
    response
      .writeHead(200, { 'content-length': honest.byteLength })
      .write(honest.subarray(0, honest.byteLength / 2), () => response.destroy()),
  'an empty file': (response) => response.end(),
  'headers without end': (response) => response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(MIB)}`),
  'not HTTP': (response) => response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'),
  'a page of a captive portal': (response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>Welcome to our wireless</title>'),
  'a redirect on the same host': (response, _, elsewhere) =>
    response.writeHead(302, { location: new URL(elsewhere).pathname }).end(),
  'a redirect to another host': (response, _, elsewhere) =>
    response.writeHead(307, { location: elsewhere.replace('127.0.0.1', 'localhost') }).end(),
  'the file in gzip': packed((honest) => honest),
  'a gzip bomb': packed(() => Buffer.alloc(64 * MIB, ' ')),
  'a small gzip bomb': packed(() => Buffer.alloc(4 * MIB, ' ')),
  'a longer content-length': ofLength(2),
  'a shorter content-length': ofLength(0.5),
  403: status(403),
  404: status(404),
  410: status(410),
  429: status(429),
  500: status(500),
  503: status(503),
} as const satisfies Record<string, Play>;

export type AnswerName = `${keyof typeof hostileAnswers}`;

export const playAnswer = (answer: AnswerName, ...given: Parameters<Play>): unknown => hostileAnswers[answer](...given);
