/** Runs a server in a container until it ends, and makes sure that the container ends with this process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { Failure, systemCode } from '../../core/failure.ts';
import { containerStopSeconds } from '../../core/limits.ts';
import type { ContainerCommand, ContainerEngine } from './container.ts';
import { engineEnvironment, removalOf, removeContainer } from './engine.ts';

/**
 * The server gets the standard input and output of this process; the engine passes on their end. Resolves with its exit code.
 *
 * An engine's client does not take its container with it when it is killed, and a server that is the first process of a container
 * ignores a signal to end unless it expects it. So the container is stopped by its name when this process is told to end, and by
 * a watcher when it is killed.
 * @throws Failure `container-engine`
 */
export async function runContainer(
  engine: ContainerEngine,
  command: ContainerCommand,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const own = engineEnvironment(environment);
  const words = [...engine.options, ...command.words];
  const watcher = watch(engine, command.name, own);
  const client = spawn(engine.program, words, {
    stdio: 'inherit',
    // The server's variables are on no command line, so the engine takes them from here. Proxies are for fetching images only.
    env: { ...without(own, /_proxy$/iu), ...Object.fromEntries(command.environment) },
  });
  const stop = (): void => {
    const stopping = [...engine.options, 'stop', '-t', `${containerStopSeconds}`, command.name];
    spawn(engine.program, stopping, { stdio: 'ignore', env: own }).on('error', () => client.kill('SIGKILL'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await new Promise((resolve, reject) => {
      client.on('error', (cause) =>
        reject(
          new Failure(
            'container-engine',
            `${engine.program} cannot be started (${systemCode(cause) ?? 'unknown'})`,
            'install it again',
            { cause },
          ),
        ),
      );
      client.on('exit', (code, signal) => {
        // An engine that ended by itself has removed the container.
        if (code !== null) watcher?.kill('SIGKILL');
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, stop);
    watcher?.stdin?.destroy();
  }
}

const without = (environment: Record<string, string | undefined>, names: RegExp): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !names.test(name)));

/** Removes a container when this process is killed, and with `end` at once. Nothing happens where it is not there. */
export function guardContainer(
  engine: ContainerEngine,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly end: () => Promise<void> } {
  const watcher = watch(engine, name, engineEnvironment(environment));
  return {
    end: async () => {
      await removeContainer(engine, name, environment);
      // It looks again, because a command that was killed may only have begun to make the container.
      watcher?.stdin?.destroy();
    },
  };
}

/**
 * A shell that waits for the end of a pipe that only this process holds open, and then removes the container. It tries some times,
 * because the container may just be being made. Windows has no such shell.
 */
function watch(
  engine: ContainerEngine,
  name: string,
  env: Record<string, string | undefined>,
): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const script = 'read -r _; for _ in 1 2 3; do "$@"; sleep 1; done';
  const remove = removalOf(engine, name);
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', engine.program, ...engine.options, ...remove], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // In its own group, so that the signals of a terminal do not end it.
    detached: true,
    env,
  });
  watcher.on('error', () => {});
  watcher.unref();
  return watcher;
}
