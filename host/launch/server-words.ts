/** What a server writes to its standard error: its client gets it, and a file keeps the end of it, both within a bound. */
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { maxKeptWordsBytes, maxShownWords } from '../../core/limits.ts';
import { makePrivateFolder } from '../../core/private.ts';

/**
 * Reads until the end. A full disk or a folder that cannot be written keeps no server from running: the words are then only
 * shown.
 */
export async function keepWords(words: Readable, shown: Writable, file: string): Promise<void> {
  const kept = new KeptWords(file);
  let bytes = 0;
  try {
    for await (const chunk of words as AsyncIterable<Buffer>) {
      const room = maxShownWords - bytes;
      bytes += chunk.byteLength;
      if (room > 0) await written(shown, chunk.subarray(0, room));
      if (room > 0 && bytes > maxShownWords)
        await written(shown, Buffer.from(`\ncountersign: the server wrote more; its last words are in ${file}\n`));
      await kept.add(chunk);
    }
  } catch {
    // The server is gone, and something else holds its pipe open.
  }
  kept.end();
}

/** Two files: when one is full, it takes the place of the other. */
class KeptWords {
  readonly #file: string;
  #stream: Writable | undefined;
  #bytes = 0;
  #broken = false;

  constructor(file: string) {
    this.#file = file;
  }

  async add(chunk: Buffer): Promise<void> {
    if (this.#broken) return;
    try {
      if (this.#stream === undefined || this.#bytes > maxKeptWordsBytes) await this.#begin();
      this.#bytes += chunk.byteLength;
      if (this.#stream !== undefined) await written(this.#stream, chunk);
    } catch {
      this.#broken = true;
    }
  }

  end(): void {
    this.#stream?.end();
  }

  async #begin(): Promise<void> {
    this.#stream?.end();
    await makePrivateFolder(dirname(this.#file));
    await rename(this.#file, `${this.#file}.1`).catch(() => undefined);
    this.#bytes = 0;
    this.#stream = createWriteStream(this.#file, { mode: 0o600 });
    this.#stream.on('error', () => void (this.#broken = true));
  }
}

async function written(stream: Writable, chunk: Buffer): Promise<void> {
  if (stream.destroyed || stream.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    stream.on('drain', done).on('close', done).on('error', done);
  });
}
