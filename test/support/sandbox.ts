/** The sandbox that servers are started in. Where it is missing the tests fail in CI; elsewhere they are skipped and say why. */
import { beforeEach } from 'vitest';
import { findBubblewrap, whyNoSandbox } from '../../artefacts/sandbox/try-bubblewrap.ts';

/** All tests of a file start servers. */
export async function needSandbox(): Promise<void> {
  const program = findBubblewrap();
  const why = program === undefined ? 'bubblewrap is not installed' : await whyNoSandbox(program);
  beforeEach((context) => {
    if (why === undefined) return;
    if (process.env['CI'] !== undefined) throw new Error(`${why}, and CI must start servers`);
    context.skip(`no server is started: ${why}`);
  });
}
