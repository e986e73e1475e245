import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('writes a long text whole, though Node has made the pipe one that is never waited for', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'output.ts'));
  // Asking for the stream is what changes the pipe.
  const source = `import { writeAll } from ${module}; process.stderr.isTTY; writeAll(2, 'é'.repeat(1_000_000));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let length = 0;
  child.stderr.on('data', (chunk: Buffer) => (length += chunk.length));
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect([status, length]).toEqual([0, 2_000_000]);
});
