/** Starts a version of this program before anything depends on it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure, messageOf } from '../../core/failure.ts';
import { launcherStartDeadlineMs } from '../../core/limits.ts';

/**
 * With the Node that runs now, and with no variable: none decides which code is loaded.
 * @throws Failure `does-not-start`
 */
export async function checkStarts(program: string, version: string): Promise<void> {
  const options = { env: {}, cwd: '/', timeout: launcherStartDeadlineMs, maxBuffer: 64 * 1024 };
  const said = await promisify(execFile)(process.execPath, [program, '--version'], options).then(
    ({ stdout }) => stdout.trim(),
    (cause: unknown) => {
      throw notStarted(version, messageOf(cause).split('\n').slice(0, 2).join(': '), { cause });
    },
  );
  if (said !== version) throw notStarted(version, `it says that it is ${JSON.stringify(said.slice(0, 100))}`);
}

const notStarted = (version: string, why: string, options?: ErrorOptions): Failure =>
  new Failure(
    'does-not-start',
    `countersign ${version} does not start with Node ${process.version}: ${why}`,
    'nothing was changed. Tell the operator of the registry',
    options,
  );
