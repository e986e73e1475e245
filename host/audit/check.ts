/**
 * Looks for what was changed in the trail after it was written. A change that goes on to the end of the trail, with all
 * digests made again, cannot be seen here: only a collector that has the old lines shows it.
 */
import type { Problem } from '../../core/problem.ts';
import type { AuditEvent } from '../../schemas/types.ts';
import { nothingBefore } from './chain.ts';
import { fullFiles, type TrailPlace } from './files.ts';
import { trailLines, type TrailLine } from './reader.ts';

/**
 * `torn`: a line that was not finished. `foreign`: a line that is no event. `edited`: other text than was written.
 * `removed`: lines that are missing. `unordered`: a line that stands too late, or twice.
 */
type Reason = keyof typeof remedies;

export interface TrailVerdict {
  readonly files: number;
  readonly events: number;
  readonly chains: number;
  /** Whether older files were deleted, as they are when they are too old or too many. */
  readonly shortened: boolean;
  readonly problems: readonly Problem[];
}

const remedies = {
  torn: 'nothing: a process was killed, or the disk was full, while it wrote; ask which if you do not know of it',
  foreign: 'ask who wrote it: this program writes no such line',
  edited: 'compare it with the line of that chain and number at the collector, and ask who edited it',
  removed: 'look for them at the collector by chain and number, and ask who removed them',
  unordered: 'ask who moved or copied lines: the collector has them in their order',
} as const;

/** The last event of a chain that was seen. */
interface Seen {
  readonly sequence: number;
  readonly line: TrailLine;
  /** Numbers that are missing so far, each with the line that stands after them. */
  readonly missing: Map<number, TrailLine>;
}

/** @throws Refusal E_STORE where the files cannot be read safely */
export function checkTrail(place: TrailPlace): TrailVerdict {
  const problems: Problem[] = [];
  const report = ({ file, number }: TrailLine, code: Reason, message: string): void =>
    void problems.push({ code, file: file.path, line: number, message, remedy: remedies[code] });
  const full = fullFiles(place);
  const shortened = (full[0]?.number ?? 1) > 1;
  const chains = new Map<string, Seen>();
  const digests = new Set<string>();
  const files = new Map<string, number | undefined>();
  let oldest: string | undefined;
  let events = 0;
  for (const line of trailLines(place)) {
    oldest ??= line.file.path;
    if (!files.has(line.file.path)) {
      const before = [...files.values()].at(-1);
      const { number } = line.file;
      files.set(line.file.path, number);
      if (before !== undefined && number !== undefined && number > before + 1)
        report(line, 'removed', `the files ${before + 1} to ${number - 1} of the trail are missing before this one`);
    }
    const { event, digest } = line;
    if (event === 'torn') report(line, 'torn', 'the line was not written to its end');
    else if (event === 'foreign') report(line, 'foreign', 'the line is no event of an audit trail');
    else {
      events++;
      const seen = chains.get(event.chain);
      if (seen !== undefined) chains.set(event.chain, follow(seen, line, event, report));
      else {
        chains.set(event.chain, { sequence: event.sequence, line, missing: new Map() });
        if (event.sequence > 1 && !shortened)
          report(line, 'removed', `${chainOf(event)} begins with event ${event.sequence}: those before it are missing`);
        // What the oldest file that is kept names may lie in one that was deleted.
        const known = digests.has(event.previous) || (event.previous === nothingBefore && digests.size === 0);
        if (event.sequence === 1 && !known && !(shortened && line.file.path === oldest))
          report(line, 'removed', `the line that ${chainOf(event)} follows on is not in the trail as it was`);
      }
    }
    digests.add(digest);
  }
  for (const { missing } of chains.values())
    for (const [line, numbers] of Map.groupBy(missing.keys(), (number) => missing.get(number)))
      if (line !== undefined) report(line, 'removed', `${eventsOf(numbers)} of its chain are missing before this line`);
  return { files: files.size, events, chains: chains.size, shortened, problems };
}

function follow(
  seen: Seen,
  line: TrailLine,
  { sequence, previous }: AuditEvent,
  report: (line: TrailLine, reason: Reason, message: string) => void,
): Seen {
  if (sequence <= seen.sequence) {
    seen.missing.delete(sequence);
    report(line, 'unordered', `event ${sequence} of its chain stands behind event ${seen.sequence}`);
    return seen;
  }
  if (sequence === seen.sequence + 1 && previous !== seen.line.digest)
    report(
      seen.line,
      'edited',
      `event ${seen.sequence} of its chain is not as it was when event ${sequence} was written`,
    );
  // A chain of some billion events that claims to have lost most of them needs no list of all.
  for (let number = Math.max(seen.sequence + 1, sequence - maxListed); number < sequence; number++)
    seen.missing.set(number, line);
  return { sequence, line, missing: seen.missing };
}

const maxListed = 1_000;

const chainOf = ({ chain }: AuditEvent): string => `the chain ${chain.slice(0, 8)}`;

const eventsOf = (numbers: readonly number[]): string =>
  numbers.length === 1 ? `event ${numbers[0]}` : `events ${numbers[0]} to ${numbers.at(-1)}`;
