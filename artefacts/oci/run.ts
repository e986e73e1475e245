/** Runs a server in a container until it ends, and makes sure that the container ends with this process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { Failure, systemCode } from '../../core/failure.ts';
import { runningPipes, type RunningServer } from '../launch/running.ts';
import { containerStopSeconds } from '../../core/limits.ts';
import type { ContainerCommand, ContainerEngine } from './container.ts';
import { engineEnvironment, removalOf, removeContainer } from './engine.ts';

/**
 * An engine's client does not take its container with it when it is killed, and a server that is the first process of a container
 * ignores a signal to end unless it expects it. So the container is stopped by its name, and by a watcher when this process is
 * killed.
 */
export function runContainer(
  engine: ContainerEngine,
  command: ContainerCommand,
  environment: Readonly<Record<string, string | undefined>>,
): RunningServer {
  const own = engineEnvironment(environment);
  const watcher = watch(engine, command.name, own);
  const client = spawn(engine.program, [...engine.options, ...command.words], {
    stdio: 'pipe',
    // The server's variables are on no command line, so the engine takes them from here. Proxies are for fetching images only.
    env: { ...without(own, /_proxy$/iu), ...Object.fromEntries(command.environment) },
    // A terminal's signals come to this program alone.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const pipes = runningPipes(client);
  const tell = (...words: readonly string[]): void => {
    spawn(engine.program, [...engine.options, ...words, command.name], { stdio: 'ignore', env: own }).on('error', () =>
      client.kill('SIGKILL'),
    );
  };
  return {
    ...pipes,
    ended: pipes.ended.then(
      (code) => {
        // An engine that ended by itself has removed the container.
        if (client.signalCode === null) watcher?.kill('SIGKILL');
        watcher?.stdin?.destroy();
        return code;
      },
      (cause: unknown) => {
        watcher?.stdin?.destroy();
        throw new Failure(
          'container-engine',
          `${engine.program} cannot be started (${systemCode(cause) ?? 'unknown'})`,
          'install it again',
          { cause },
        );
      },
    ),
    stop: () => tell('stop', '-t', `${containerStopSeconds}`),
    kill: () => tell('kill'),
  };
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
