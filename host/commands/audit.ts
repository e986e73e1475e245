/** `countersign audit`: what this account's hosts wrote down: shows it, checks it, hands it on. */
import { didYouMean } from '../../core/did-you-mean.ts';
import { exitCodes } from '../../core/exit.ts';
import { UsageError } from '../../core/failure.ts';
import { matches, nameOf, parseSince, type AuditFilter } from '../audit/filter.ts';
import type { SentEvent } from '../audit/otlp.ts';
import type { Call, CommandSpec } from '../command-line.ts';
import { homeOf } from '../home.ts';
import { columns, print, writeAll } from '../output.ts';
import { open } from './common.ts';

export const audit: CommandSpec = {
  name: 'audit',
  actions: ['show', 'verify', 'export', 'forward'],
  words: '',
  description: 'show, check, export or forward what was fetched, started, called and refused here',
  count: [1, 1],
  options: {
    server: { type: 'string', value: 'name', description: 'only this server (show, export)' },
    user: { type: 'string', value: 'name', description: 'only this account' },
    since: { type: 'string', value: 'time', description: 'only from then on: 2026-04-16, 12h, 7d' },
    event: { type: 'string', value: 'kind', description: 'only such events: launch, call, denial, …' },
    outcome: { type: 'string', value: 'outcome', description: 'only allowed, refused or failed ones' },
    limit: { type: 'string', value: 'count', description: 'only the newest; 100 of show, if it is left out' },
    format: { type: 'string', value: 'format', description: 'what export writes: jsonl, csv or otlp' },
  },
  run: async (call) => {
    const [word = ''] = call.words;
    const task = tasks.get(word);
    if (task === undefined)
      throw new UsageError(
        `audit can do no ${JSON.stringify(word)}${didYouMean(word, tasks.keys())}`,
        `write one of ${[...tasks.keys()].join(', ')}`,
      );
    await task(call);
  },
};

const tasks: ReadonlyMap<string, (call: Call) => Promise<void>> = new Map([
  ['show', show],
  ['verify', verify],
  ['export', exportEvents],
  ['forward', forwardNow],
]);

async function show({ options }: Call): Promise<void> {
  const events = (await selected(options, 100)).map(({ event }) => event);
  const rows = events.map((event) => [
    event.time.replace('T', ' ').slice(0, 19),
    ...[event.user, event.event, nameOf(event.server), event.version ?? '', event.outcome],
    [event.tool ?? event.prompt ?? event.method, event.drift?.name, event.code ?? event.errorType, event.message]
      .filter((each) => each !== undefined)
      .join(' '),
  ]);
  const heading = ['TIME (UTC)', 'USER', 'EVENT', 'SERVER', 'VERSION', 'OUTCOME', 'WHAT'];
  print(options.json, { schemaVersion: 1, events }, columns([heading, ...rows]));
}

async function verify({ options }: Call): Promise<void> {
  const { checkTrail } = await import('../audit/check.ts');
  const verdict = checkTrail(homeOf(process.env).audit);
  const { files, events, chains, shortened, problems } = verdict;
  print(options.json, { schemaVersion: 1, ...verdict }, [
    ...problems.flatMap(({ code, file, line, message, remedy }) => [
      `${file}:${line}: ${code}: ${message}`,
      `  ${remedy}`,
    ]),
    `events: ${events}, files: ${files}, processes that wrote them: ${chains}, problems: ${problems.length}`,
    ...(shortened ? ['older files are no longer kept, so the beginning cannot be checked'] : []),
    ...(problems.length === 0 ? ['this proves nothing against who can use this account: the collector does'] : []),
  ]);
  if (problems.length > 0) process.exitCode = exitCodes.problems;
}

const formats = ['jsonl', 'csv', 'otlp'] as const;

/** The format is what is wanted, whether `--json` is given or not. */
async function exportEvents({ options }: Call): Promise<void> {
  const asked = options['format'] ?? 'jsonl';
  const format = formats.find((each) => each === asked);
  if (format === undefined)
    throw new UsageError(
      `there is no format ${JSON.stringify(asked)}${didYouMean(String(asked), formats)}`,
      `write one of ${formats.join(', ')}`,
    );
  const events = await selected(options);
  switch (format) {
    case 'jsonl':
      return writeAll(1, events.map(({ text }) => `${text}\n`).join(''));
    case 'csv': {
      const { csvHeader, csvRow } = await import('../audit/csv.ts');
      return writeAll(1, [csvHeader, ...events.map(({ event }) => csvRow(event))].map((row) => `${row}\r\n`).join(''));
    }
    case 'otlp': {
      const { otlpLogs } = await import('../audit/otlp.ts');
      return writeAll(1, events.length === 0 ? '' : `${JSON.stringify(otlpLogs(events))}\n`);
    }
    default:
      format satisfies never;
  }
}

/** Sends what waits, all of it: what a server's process could not, or for hosts that run none. */
async function forwardNow({ options }: Call): Promise<void> {
  const { trail } = (await open(options)).servers;
  if (trail.endpoint === undefined)
    throw new UsageError('the trust config names no endpoint for audit events', 'IT sets it there, in audit.endpoint');
  const forwarded = await trail.forward(new AbortController().signal);
  const words =
    forwarded === undefined
      ? 'another process forwards just now'
      : `${forwarded.sent} events sent, ${forwarded.dropped} given up`;
  print(options.json, { schemaVersion: 1, forwarded: forwarded ?? null }, [words]);
}

/** The events that the options ask for, the oldest first. */
async function selected(options: Call['options'], most = Infinity): Promise<SentEvent[]> {
  const { trailLines } = await import('../audit/reader.ts');
  const filter = filterOf(options);
  const found: SentEvent[] = [];
  for (const { event, text, digest } of trailLines(homeOf(process.env).audit))
    if (typeof event === 'object' && matches(event, filter)) found.push({ event, text, digest });
  return found.slice(-limitOf(options['limit'], most));
}

function limitOf(limit: string | boolean | undefined, most: number): number {
  if (limit === undefined) return most;
  if (typeof limit !== 'string' || !/^[1-9]\d{0,8}$/u.test(limit))
    throw new UsageError(`the limit ${JSON.stringify(limit)} is no count`, 'write a whole number from 1 on');
  return Number(limit);
}

function filterOf({ server, user, since, event, outcome }: Call['options']): AuditFilter {
  return {
    ...(typeof server === 'string' && { server }),
    ...(typeof user === 'string' && { user }),
    ...(typeof since === 'string' && { since: parseSince(since, new Date()) }),
    ...(typeof event === 'string' && { event: oneOf(event, auditEvents) }),
    ...(typeof outcome === 'string' && { outcome: oneOf(outcome, outcomes) }),
  };
}

const auditEvents = [
  'fetch',
  'verify',
  'launch',
  'trust',
  'call',
  'drift',
  'denial',
  'exit',
  'drop',
  'update',
] as const;
const outcomes = ['allowed', 'refused', 'failed'] as const;

/** A mistyped word would find nothing, which reads as if nothing had happened. */
function oneOf(word: string, words: readonly string[]): string {
  if (words.includes(word)) return word;
  throw new UsageError(
    `there is no ${JSON.stringify(word)}${didYouMean(word, words)}`,
    `write one of ${words.join(', ')}`,
  );
}
