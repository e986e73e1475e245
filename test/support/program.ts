/** A program that tests talk to. Where it is missing the tests fail in CI; elsewhere they are skipped and say why. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach } from 'vitest';

/** For the tests of the group that calls it. `asks` are words that make the program say its version. Gives whether it is there. */
export async function needProgram(program: string, asks: readonly string[]): Promise<boolean> {
  const there = await promisify(execFile)(program, [...asks]).then(
    () => true,
    () => false,
  );
  beforeEach((context) => {
    if (there) return;
    if (process.env['CI'] !== undefined) throw new Error(`${program} is not installed, and CI must test with it`);
    context.skip(`${program} is not installed`);
  });
  return there;
}
