import { messageOf } from '../../core/failure.ts';
import type { RunningServer } from '../../artefacts/launch/running.ts';
import { endingOf } from '../../core/exit.ts';
import { refreshWhileRunningMs } from '../../core/limits.ts';
import { ignoreNamedAuthorities } from '../certificates.ts';
import type { CommandSpec } from '../command-line.ts';
import { answerRefusal } from '../launch/answer-refusal.ts';
import { lifecycleNotice } from '../launch/lifecycle-notice.ts';
import { prepare, type Ready, type ReadyHere } from '../launch/prepare.ts';
import { serve, type Served } from '../launch/serve.ts';
import { sessionEvents } from '../launch/session-events.ts';
import { startServer } from '../launch/start.ts';
import { watch } from '../launch/watch.ts';
import { say } from '../output.ts';
import { StreamChannel } from '../proxy/channel.ts';
import type { Servers } from '../servers.ts';
import { openServers, parseSpec } from './common.ts';

/** `countersign run`: checks every byte of a server and starts it, or connects to an endpoint, and stays between it and its client. */
export const run: CommandSpec = {
  name: 'run',
  words: '<name[@version]>',
  description: 'check every byte of a server and start it, or connect to an endpoint',
  count: [1, 1],
  passesOn: true,
  run: async ({ words, rest, options }) => {
    ignoreNamedAuthorities(process.env);
    const asked = parseSpec(words[0]);
    const { servers, ready } = await opened(async () => {
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
async function opened<T>(opening: () => Promise<T>): Promise<T> {
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
  const withoutAnswerMs = server.approval.offlineHours * 3_600_000;
  const unwatch = watch({ check: recheck, everyMs: refreshWhileRunningMs, withoutAnswerMs }, stop);
  try {
    const served = await open(servers, ready);
    const report = sessionEvents('request' in ready ? 'tcp' : 'pipe', (event) => servers.record(server, event));
    const exitCode = await serve({
      server,
      served,
      report,
      stop: stop.signal,
      wordsFile: servers.wordsFileOf(server),
      callsFolder: servers.callsFolderOf(server),
    });
    servers.record(server, { event: 'exit', outcome: exitCode === 0 ? 'allowed' : 'failed', exitCode });
    return exitCode;
  } catch (error) {
    servers.recordFailure(server, error);
    throw error;
  } finally {
    unwatch();
  }
}

async function open(servers: Servers, ready: Ready): Promise<Served> {
  if ('request' in ready) {
    const { openEndpoint } = await import('../remote/on-demand.ts');
    return openEndpoint(ready);
  }
  const running = await start(servers, ready);
  return { channel: new StreamChannel(running.output, running.input), running, words: running.words };
}

async function start(servers: Servers, ready: ReadyHere): Promise<RunningServer> {
  const { server, launch, contained, stateFolder, paths } = ready;
  if (contained !== undefined) return startServer(contained);
  const image = await servers.imageOf(server);
  if (image === undefined) throw new Error('a container needs an image');
  return image.start(server.approval.server, { plan: launch, paths, stateFolder });
}

const sayNotForwarded = (error: unknown): void =>
  say(`countersign: audit events wait to be forwarded: ${messageOf(error)}`);
