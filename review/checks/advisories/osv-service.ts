/** An OSV service, the public one or a mirror of it: https://google.github.io/osv.dev/api/ */
import { labelOf, type PackageName } from '../../../artefacts/part.ts';
import { publishedVersion } from '../../../artefacts/versions.ts';
import { HttpFailure, isHttp } from '../../../core/address.ts';
import { mapConcurrently } from '../../../core/concurrency.ts';
import { get, withRetries, type Times } from '../../../core/download.ts';
import { isJsonObject, parseJson } from '../../../core/json.ts';
import {
  maxAdvisoriesFound,
  maxAdvisoryAnswerBytes,
  maxAdvisoryBatch,
  maxAdvisoryBytes,
  maxAdvisoryPages,
  maxConcurrentDownloads,
} from '../../../core/limits.ts';
import { npmOptions } from '../../../core/npm-config.ts';
import type { FindAdvisories } from './advisory.ts';
import { advisoryOf } from './osv-match.ts';
import { isAdvisoryId, osvPackage, readRecord, RecordError, type OsvRecord } from './osv-record.ts';

/** A version of a package of any ecosystem that OSV names: https://ossf.github.io/osv-schema/#defined-ecosystems */
export interface OsvVersion {
  readonly package: { readonly ecosystem: string; readonly name: string };
  readonly version: string;
}

/** The ids of the advisories about each version, in the order of the versions. */
export type FindIds = (versions: readonly OsvVersion[]) => Promise<readonly ReadonlySet<string>[]>;

/** A version by its place, and the next page of its answer. */
interface Query {
  readonly at: number;
  readonly about: OsvVersion;
  readonly page?: string;
}

/** Asks the service at an address which versions have advisories, then for each record once. `findIds` asks for no record. */
export async function findWithOsv(
  address: string,
  times: Times,
): Promise<{ readonly find: FindAdvisories; readonly findIds: FindIds }> {
  if (!isHttp(address)) throw new RecordError('are at no http address');
  const { origin, pathname, username, password, search, hash } = new URL(address);
  if (`${username}${password}${search}${hash}` !== '')
    throw new RecordError('are at an address with more than a host and a path');
  const base = `${origin}${pathname.replace(/\/$/u, '')}`;
  const ask = await asker(base, times);
  const records = new Map<string, Promise<OsvRecord>>();
  const recordOf = (id: string): Promise<OsvRecord> => {
    const record = records.get(id) ?? ask(`/v1/vulns/${encodeURIComponent(id)}`, maxAdvisoryBytes).then(named(id));
    records.set(id, record);
    return record;
  };

  const find: FindAdvisories = async (packages) => {
    const ids = await findIds(packages.map(versionOf), ask);
    const wanted = [...new Set(ids.flatMap((some) => [...some]))];
    const read = new Map(
      await mapConcurrently(wanted, maxConcurrentDownloads, async (id) => [id, await recordOf(id)] as const),
    );
    return new Map(
      packages.map((each, at) => [
        labelOf(each),
        // The service decides which versions are affected; it may know more than the record says.
        [...(ids[at] ?? [])].flatMap((id) => {
          const record = read.get(id);
          return record === undefined || record.withdrawn ? [] : [advisoryOf(record, each)];
        }),
      ]),
    );
  };
  return { find, findIds: (versions) => findIds(versions, ask) };
}

const versionOf = (about: PackageName): OsvVersion => ({
  package: osvPackage(about),
  version: publishedVersion(about),
});

const named =
  (id: string) =>
  (value: unknown): OsvRecord => {
    const record = readRecord(value, id);
    if (record.id === id || record.aliases.includes(id)) return record;
    throw new RecordError(`give ${record.id} for ${id}`);
  };

type Ask = (path: string, maxBytes: number, question?: unknown) => Promise<unknown>;

async function asker(base: string, times: Times): Promise<Ask> {
  // npm's proxies and certificate authorities, but not its credentials, which no other service may get.
  const { cert: _cert, key: _key, ...options } = await npmOptions();
  return async (path, maxBytes, question) => {
    const url = `${base}${path}`;
    const json = question === undefined ? {} : { json: JSON.stringify(question) };
    const bytes = await withRetries(times, AbortSignal.timeout(times.deadlineMs), async (signal) => {
      const answer = await get(url, options, { maxBytes, signal, compress: true, headers: {}, ...json });
      if (answer.kind === 'other') throw new HttpFailure(url, answer.status);
      return answer.bytes;
    });
    try {
      return parseJson(bytes);
    } catch (cause) {
      throw new RecordError(`are not JSON at ${path}`, { cause });
    }
  };
}

async function findIds(versions: readonly OsvVersion[], ask: Ask): Promise<readonly ReadonlySet<string>[]> {
  const ids = versions.map(() => new Set<string>());
  const all = new Set<string>();
  let queries: readonly Query[] = versions.map((about, at) => ({ at, about }));
  for (let page = 0; queries.length > 0; page++) {
    if (page === maxAdvisoryPages) throw new RecordError(`have more than ${maxAdvisoryPages} pages`);
    const more: Query[] = [];
    for (let from = 0; from < queries.length; from += maxAdvisoryBatch) {
      const batch = queries.slice(from, from + maxAdvisoryBatch);
      const question = batch.map(({ about, page: token }) => ({
        ...about,
        ...(token !== undefined && { page_token: token }),
      }));
      const answers = readAnswers(await ask('/v1/querybatch', maxAdvisoryAnswerBytes, { queries: question }));
      if (answers.length !== batch.length)
        throw new RecordError(`have ${answers.length} answers to ${batch.length} questions`);
      batch.forEach(({ at, about }, index) => {
        const { found = [], next } = answers[index] ?? {};
        for (const id of found) {
          ids[at]?.add(id);
          all.add(id);
        }
        if (next !== undefined) more.push({ at, about, page: next });
      });
      if (all.size > maxAdvisoriesFound) throw new RecordError(`are more than ${maxAdvisoriesFound}`);
    }
    queries = more;
  }
  return ids;
}

interface OsvAnswer {
  readonly found: readonly string[];
  readonly next?: string;
}

function readAnswers(value: unknown): readonly OsvAnswer[] {
  const nonsense = new RecordError('have a malformed answer');
  if (!isJsonObject(value) || !Array.isArray(value.results)) throw nonsense;
  return value.results.map((result: unknown) => {
    // No advisories: the service may leave out all fields.
    if (!isJsonObject(result)) throw nonsense;
    const { vulns = [], next_page_token: next } = result;
    if (!Array.isArray(vulns) || (next !== undefined && typeof next !== 'string')) throw nonsense;
    const found = vulns.map((vuln: unknown) => {
      if (!isJsonObject(vuln) || !isAdvisoryId(vuln.id)) throw nonsense;
      return vuln.id;
    });
    return { found, ...(next !== undefined && next !== '' && { next }) };
  });
}
