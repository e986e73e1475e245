import { messageOf } from '../../core/failure.ts';
import type { RunningServer } from '../../artefacts/launch/running.ts';
import { endingOf } from '../../core/exit.ts';
import { refreshWhileRunningMs } from '../../core/limits.ts';
import { outcomeOf } from '../audit/event.ts';
import { ignoreNamedAuthorities } from '../certificates.ts';
import type { CommandSpec } from '../command-line.ts';
import { answerRefusal } from '../launch/answer-refusal.ts';
import { lifecycleNotice } from '../launch/lifecycle-notice.ts';
import { prepare, type Ready } from '../launch/prepare.ts';
import { serve } from '../launch/serve.ts';
import { sessionEvents } from '../launch/session-events.ts';
import { startServer } from '../launch/start.ts';
import { watch } from '../launch/watch.ts';
import { say } from '../output.ts';
import type { Servers } from '../servers.ts';
import { openServers, parseSpec } from './common.ts';

/** `countersign run`: checks every byte of a server, starts it, and stays between it and its client. */
export const run: CommandSpec = {
  name: 'run',
  words: '<name[@version]>',
  description: 'check every byte of a server, then start it',
  count: [1, 1],
  passesOn: true,
  run: async ({ words, rest, options }) => {
    ignoreNamedAuthorities(process.env);
    const asked = parseSpec(words[0]);
    const { servers, ready } = await open(async () => {
      const found = await openServers(options);
      return { servers: found, ready: await prepare(found, asked, rest, options.trust) };
    });
    for (const line of lifecycleNotice(ready.server) ?? []) say(line);
    const recheck = async (): Promise<void> => {
      const { registry } = await openServers({ ...options, refresh: true });
      await registry.server(asked.name, ready.server.entry.version);
    };
    process.exitCode = await servers.trail.forwardWhile(
      () => serveUntilItEnds(servers, ready, recheck),
      sayNotForwarded,
    );
  },
};

/** A client that gets no server learns why. @throws what `opening` throws */
async function open<T>(opening: () => Promise<T>): Promise<T> {
  try {
    return await opening();
  } catch (error) {
    const { code, message, remedy } = endingOf(error, new Date());
    await answerRefusal(`${code}: ${message}; ${remedy}`);
    throw error;
  }
}

/** The exit code of the server. @throws Refusal as soon as it may no longer run, which `recheck` says by throwing one */
async function serveUntilItEnds(servers: Servers, ready: Ready, recheck: () => Promise<void>): Promise<number> {
  const { server } = ready;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const)
    process.on(signal, () => stop.abort(signal));
  const unwatch = watch(recheck, refreshWhileRunningMs, stop);
  try {
    const running = await start(servers, ready);
    const report = sessionEvents((event) => servers.record(server, event));
    const exitCode = await serve({
      server,
      running,
      report,
      stop: stop.signal,
      wordsFile: servers.wordsFileOf(server),
    });
    servers.record(server, { event: 'exit', outcome: exitCode === 0 ? 'allowed' : 'failed', exitCode });
    return exitCode;
  } catch (error) {
    servers.record(server, { event: 'exit', ...outcomeOf(error) });
    throw error;
  } finally {
    unwatch();
  }
}

async function start(servers: Servers, ready: Ready): Promise<RunningServer> {
  const { server, launch, contained, stateFolder, paths } = ready;
  if (contained !== undefined) return startServer(contained);
  const image = await servers.imageOf(server);
  if (image === undefined) throw new Error('a container needs an image');
  return image.start(server.approval.server, { plan: launch, paths, stateFolder });
}

const sayNotForwarded = (error: unknown): void =>
  say(`countersign: audit events wait to be forwarded: ${messageOf(error)}`);
