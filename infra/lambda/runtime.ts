/**
 * A function in the client that AWS Lambda itself runs functions with, and the API that gives it one event after the other:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const client = join(import.meta.dirname, 'node_modules/aws-lambda-ric/index.mjs');

/** By `npm ci --prefix infra/lambda`, which needs CMake and a C++ compiler. */
export const isInstalled = existsSync(client);

export type Invocation =
  { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly error: string };

export interface RunningFunction {
  readonly invoke: (event: unknown) => Promise<Invocation>;
  /** What it wrote to its log. */
  readonly log: string[];
}

/** Starts the function that was bundled into a folder; it ends after the tests of the file. */
export async function runFunction(folder: string, env: Readonly<Record<string, string>>): Promise<RunningFunction> {
  const events: string[] = [];
  let waiting: ServerResponse | undefined;
  let settle: (invocation: Invocation) => void = () => undefined;
  let number = 0;
  const give = (): void => {
    const event = events[0];
    if (waiting === undefined || event === undefined) return;
    events.shift();
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': `00000000-0000-4000-8000-${String(++number).padStart(12, '0')}`,
      // No event outlives the bound of the tests.
      'lambda-runtime-deadline-ms': String(Date.now() + 120_000),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:111122223333:function:countersign',
    });
    waiting.end(event);
    waiting = undefined;
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/2018-06-01/runtime/invocation/next') {
      waiting = response;
      return give();
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      if (path.endsWith('/response')) settle({ ok: true, answer: body });
      else settle({ ok: false, error: String((body as { errorMessage?: unknown }).errorMessage) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const log: string[] = [];
  const child = spawn(process.execPath, [client, 'index.handler'], {
    cwd: folder,
    env: {
      ...{ PATH: process.env['PATH'] ?? '', ...env },
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      AWS_LAMBDA_FUNCTION_NAME: 'countersign',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '2048',
      LAMBDA_TASK_ROOT: folder,
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/countersign',
      AWS_LAMBDA_LOG_STREAM_NAME: 'tests',
      _HANDLER: 'index.handler',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  child.once('exit', (code) => settle({ ok: false, error: `the client ended with ${code}: ${log.join('')}` }));
  afterAll(() => {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  });
  return {
    log,
    invoke: (event) =>
      new Promise((resolve) => {
        settle = resolve;
        events.push(JSON.stringify(event));
        give();
      }),
  };
}
