/** Asks a program for a secret: a password manager, or the command of a cloud's secret store. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { Failure, systemCode } from '../../core/failure.ts';
import { maxSecretBytes, secretCommandDeadlineMs } from '../../core/limits.ts';
import { howShared } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';
import { openSecret } from './secret.ts';

/**
 * What a command prints is the secret. It is started without a shell, with nothing to read, and with none of the client's
 * variables. Neither its words nor what it says of errors is ever shown: both may hold secrets.
 * @throws Refusal E_TRUST_CONFIG; Failure `secret-command`, `secret`
 */
export async function secretOfCommand(
  [program = '', ...words]: readonly string[],
  deadlineMs = secretCommandDeadlineMs,
): Promise<string> {
  checkProgram(program);
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: cleanEnvironment(),
    cwd: userInfo().homedir,
  });
  const chunks: Buffer[] = [];
  let length = 0;
  let end: 'late' | 'long' | undefined;
  const stop = (why: 'late' | 'long'): void => {
    end ??= why;
    child.kill('SIGKILL');
    // What it started itself may hold the pipe open.
    child.stdout.destroy();
  };
  const timer = setTimeout(() => stop('late'), deadlineMs);
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.byteLength;
    if (length > maxSecretBytes) stop('long');
    else chunks.push(chunk);
  });
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.on('error', (error) => reject(failed(program, `cannot be started (${systemCode(error) ?? 'unknown'})`)));
      child.on('close', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
    },
  ).finally(() => clearTimeout(timer));
  if (end === 'late') throw failed(program, `gave no secret within ${deadlineMs / 1000} seconds`);
  if (end === 'long') throw failed(program, `printed more than the ${maxSecretBytes} bytes that a secret may have`);
  if (code !== 0) throw failed(program, `ended with ${code === null ? signal : `the exit code ${code}`}`);
  return openSecret(Buffer.concat(chunks), program);
}

/** Who may replace the program would get every secret that it is asked for. */
function checkProgram(program: string): void {
  if (!isAbsolute(program))
    throw new Refusal(
      'E_TRUST_CONFIG',
      `${JSON.stringify(program.slice(0, 100))} is no absolute path of a program`,
      'have the whole path written in the trust config',
    );
  const found = statSync(program, { throwIfNoEntry: false });
  const why = found === undefined ? undefined : howShared({ uid: found.uid, mode: found.mode & ~0o6000 });
  if (why !== undefined)
    throw new Refusal('E_TRUST_CONFIG', `${program} ${why}`, 'let this account or root alone own and write it');
}

const failed = (program: string, why: string): Failure =>
  new Failure(
    'secret-command',
    `${program} ${why}`,
    'run the command yourself, as the trust config has it, to see why',
  );

const systemPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** Who the account is, and where its session is: from the system, never from variables that a client may have set. */
function cleanEnvironment(): Record<string, string> {
  const { username, homedir, uid } = userInfo();
  if (process.platform === 'win32')
    return { SystemRoot: 'C:\\Windows', USERNAME: username, USERPROFILE: homedir, PATH: 'C:\\Windows\\System32' };
  const session = `/run/user/${uid}`;
  return {
    ...{ PATH: systemPath, HOME: homedir, USER: username, LOGNAME: username },
    ...(existsSync(session) && { XDG_RUNTIME_DIR: session }),
  };
}
