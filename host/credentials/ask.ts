/** Reads a secret that a person types or pastes, or that another program passes on. */
import { writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { Failure } from '../../core/failure.ts';
import { maxSecretBytes } from '../../core/limits.ts';

/** The bytes of standard input: all of them, or one line of a terminal, which shows nothing of it. */
export async function askSecret(name: string, input: ReadStream): Promise<Buffer> {
  if (!input.isTTY) return readAll(input);
  // First, so that nothing that is typed early is shown.
  input.setRawMode(true);
  writeSync(2, `${name} (nothing is shown): `);
  try {
    return await readLine(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    writeSync(2, '\n');
  }
}

async function readAll(input: ReadStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > maxSecretBytes + 2)
      throw notSet(`more than the ${maxSecretBytes} bytes that a secret may have came in`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const [ctrlC, ctrlD, backspace, ctrlU, escape, erase] = [3, 4, 8, 21, 27, 127];
const lineEnds = new Set([10, 13]);

/** A terminal in raw mode passes every key on, and acts on none itself. */
function readLine(input: ReadStream): Promise<Buffer> {
  let typed: number[] = [];
  return new Promise((resolve, reject) => {
    input.on('data', (chunk: Buffer) => {
      for (const [index, byte] of chunk.entries()) {
        if (lineEnds.has(byte) || (byte === ctrlD && typed.length > 0)) {
          // The rest would go to the shell, which would show and run it.
          if (chunk.subarray(index + 1).some((later) => !lineEnds.has(later)))
            reject(notSet('more than one line was pasted: pass it on standard input'));
          return resolve(Buffer.from(typed));
        }
        if (byte === ctrlC || byte === ctrlD) return reject(notSet('it was cancelled'));
        if (byte === ctrlU) typed = [];
        else if (byte === backspace || byte === erase) typed = withoutLast(typed);
        else if (byte < 32 && byte !== 9)
          return reject(notSet(byte === escape ? 'a key was typed that is no text' : 'a control character was typed'));
        else if (typed.push(byte) > maxSecretBytes) return reject(notSet('it is too long'));
      }
    });
    input.on('end', () => reject(notSet('the terminal was closed')));
  });
}

/** Without the last character, which may have several bytes. */
const withoutLast = (typed: readonly number[]): number[] => [
  ...Buffer.from([...Buffer.from(typed).toString('utf8')].slice(0, -1).join('')),
];

const notSet = (why: string): Failure => new Failure('not-set', `nothing was set: ${why}`, 'try again');
