/** One conversation with an MCP server over its standard input and output, as far as listing its tools needs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { Failure, messageOf } from '../../core/failure.ts';
import { parseJson } from '../../core/json.ts';
import { captureTimeoutMs, maxCaptureBytes } from '../../core/limits.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a server said about itself. */
export interface Said {
  readonly instructions?: string;
  readonly tools: readonly Json[];
}

const protocolVersion = '2025-11-25';
const maxPages = 100;
/** Some servers add tools once they have heard what the client can do. */
const settleMs = 1_000;

/** @throws Failure `capture` where the server does not answer as it should */
export async function listTools(command: readonly string[], capabilities: Json): Promise<Said> {
  const [program = '', ...words] = command;
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH ?? '' } });
  const session = new Session(child);
  try {
    const { capabilities: offered, instructions } = await session.request('initialize', {
      protocolVersion,
      capabilities,
      clientInfo: { name: 'countersign', version: '0' },
    });
    session.notify('notifications/initialized');
    const tools: Json[] = [];
    if (typeof offered === 'object' && offered !== null && 'tools' in offered) {
      tools.push(...(await allTools(session)));
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      tools.push(...(await allTools(session)));
    }
    return { tools, ...(typeof instructions === 'string' && { instructions }) };
  } finally {
    child.kill('SIGKILL');
  }
}

async function allTools(session: Session): Promise<Json[]> {
  const tools: Json[] = [];
  let cursor: unknown;
  for (let page = 0; page < maxPages; page++) {
    const result = await session.request('tools/list', cursor === undefined ? {} : { cursor });
    if (!Array.isArray(result.tools)) throw failed('its list of tools is no list');
    tools.push(...(result.tools as Json[]));
    cursor = result.nextCursor;
    if (cursor === undefined) return tools;
  }
  throw failed(`its list of tools has more than ${maxPages} pages`);
}

interface Waiting {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: Failure) => void;
}

class Session {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #buffered = Buffer.alloc(0);
  #words = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('data', (chunk: Buffer) => (this.#words = (this.#words + chunk.toString('utf8')).slice(-2000)));
    child.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.on('error', (error) => this.#end(failed(messageOf(error))));
    child.on('exit', (code) =>
      this.#end(failed(`it ended with ${code ?? 'a signal'}: ${this.#words.trim().split('\n').at(-1) ?? ''}`)),
    );
  }

  request(method: string, params: Json): Promise<Json> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(failed(`no answer to ${method} in ${captureTimeoutMs / 1000} s`)),
        captureTimeoutMs,
      );
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          this.#waiting.delete(id);
          settle(value);
        };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.#send({ id, method, params });
    });
  }

  notify(method: string): void {
    this.#send({ method });
  }

  #send(message: Json): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #receive(chunk: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, chunk]);
    if (this.#buffered.byteLength > maxCaptureBytes) {
      this.#end(failed(`it sent more than ${maxCaptureBytes} bytes at once`));
      this.#child.kill('SIGKILL');
      return;
    }
    for (let end = this.#buffered.indexOf('\n'); end !== -1; end = this.#buffered.indexOf('\n')) {
      const line = this.#buffered.subarray(0, end);
      this.#buffered = this.#buffered.subarray(end + 1);
      this.#understand(line);
    }
  }

  #understand(line: Buffer): void {
    let message: Json;
    try {
      message = parseJson(line) as Json;
    } catch {
      // Words on the wrong stream; clients pass over them too.
      return;
    }
    const { id, method, result, error } = message;
    if (typeof method === 'string') {
      if (id !== undefined) this.#answer(id, method);
      return;
    }
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (error !== undefined)
      waiting?.reject(failed(`it answered with an error: ${JSON.stringify(error).slice(0, 200)}`));
    else if (typeof result === 'object' && result !== null) waiting?.resolve(result as Json);
    else waiting?.reject(failed('it answered with neither a result nor an error'));
  }

  /** A client without roots, models or people behind it. */
  #answer(id: unknown, method: string): void {
    if (method === 'ping') this.#send({ id, result: {} });
    else if (method === 'roots/list') this.#send({ id, result: { roots: [] } });
    else this.#send({ id, error: { code: -32601, message: 'not offered' } });
  }

  #end(error: Failure): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}

const failed = (why: string): Failure =>
  new Failure(
    'capture',
    `the server's tools could not be captured: ${why}`,
    'check `launch` in the manifest, and that the server starts',
  );
