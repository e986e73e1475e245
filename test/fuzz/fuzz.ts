/**
 * Whether any change to any file that a host reads is accepted with another meaning, or makes it throw anything but a
 * refusal. Every mutation follows from the seed, the case and its number alone.
 */
import { join } from 'node:path';
import { mapConcurrently } from '../../core/concurrency.ts';
import { Failure, UsageError } from '../../core/failure.ts';
import { HttpFailure } from '../../core/address.ts';
import { Refusal } from '../../core/refusal.ts';
import { NotCarried } from '../../host/trust/not-carried.ts';
import { casesOf, type Case } from './cases.ts';
import { hostOf, url, type Host } from './host.ts';
import { randomOf } from './random.ts';
import { publishTwoVersions } from './two-versions.ts';

/** How the mutations of one case ended. */
export interface Tally {
  readonly title: string;
  readonly runs: number;
  /** By code, `accepted` where there was no refusal. */
  readonly ended: ReadonlyMap<string, number>;
}

const casesAtOnce = 8;

/** @throws Error that names the seed, the case and the number of the mutation for which the property does not hold */
export async function fuzz(folder: string, runs: number, seed: number): Promise<Tally[]> {
  const published = publishTwoVersions(url);
  const cases = casesOf(published);
  const shares = cases.reduce((sum, { share }) => sum + share, 0);
  // Most of the time a disk is waited for.
  return mapConcurrently(cases, casesAtOnce, async (each, index) => {
    const host = await hostOf(join(folder, String(index)), published, each);
    const wanted = Math.ceil((runs * each.share) / shares);
    const ended = new Map<string, number>();
    for (let run = 0; run < wanted; run++) {
      const bytes = each.mutate(randomOf(`${seed} ${each.title} ${run}`));
      const end = await endOf(host, each, bytes).catch((cause: unknown) => {
        const found = `seed ${seed}, ${each.title}, mutation ${run}`;
        throw new Error(`${found}: ${String(cause)}\n${Buffer.from(bytes).toString('base64')}`, { cause });
      });
      ended.set(end, (ended.get(end) ?? 0) + 1);
    }
    return { title: each.title, runs: wanted, ended };
  });
}

/** @throws Error where the property does not hold */
async function endOf(host: Host, { way, mayBeAbsent }: Case, bytes: Uint8Array): Promise<string> {
  const outcome = await host.open(bytes);
  if ('meaning' in outcome) {
    if (way !== 'deployed' && outcome.meaning !== host.meaning)
      throw new Error(`accepted with another meaning: ${outcome.meaning}`);
    return 'accepted';
  }
  const { thrown } = outcome;
  if (thrown instanceof Refusal) return thrown.code;
  if (mayBeAbsent === true && (thrown instanceof HttpFailure || thrown instanceof NotCarried)) return thrown.code;
  // Somebody's own registry need not answer, nor be one.
  if (way === 'deployed' && (thrown instanceof UsageError || thrown instanceof Failure)) return thrown.code;
  throw thrown;
}

/** A line for each case: how many of its mutations were accepted, and how the others were refused. */
export const report = (tallies: readonly Tally[]): string =>
  tallies
    .map(({ title, runs, ended }) => {
      const accepted = ended.get('accepted') ?? 0;
      const codes = [...ended].filter(([code]) => code !== 'accepted').sort(([, a], [, b]) => b - a);
      return `${title}: ${accepted} of ${runs} accepted, ${codes.map(([code, count]) => `${code} ${count}`).join(', ')}\n`;
    })
    .join('');
