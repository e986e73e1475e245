/**
 * Every vector through the code of the host, over HTTP, beside a control that differs by the attack alone and is
 * accepted. No attack may cost the host what it had: afterwards it runs on its cache, and believes the registry.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { binOf } from '../../core/metadata.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { playAnswer } from '../support/hostile-answers.ts';
import { filesBelow, vectorsFolder, type Damage, type Expect, type Files, type Outcome } from './vector.ts';

/** A refresh has two seconds where something is cached, ten where nothing is; no attack here lets a file wait. */
const maxMs = { visited: 4_000, fresh: 12_000 };
/** A lock may have 16 MiB. */
const maxGrowthBytes = 128 * 1024 * 1024;

const recordBin = binOf('servers/internal-postgres.json');
const attacks = join(vectorsFolder, 'attacks');
const vectors: [string, Expect][] = [];
for (const is of (await readdir(attacks)).sort())
  vectors.push([is, JSON.parse(await readFile(join(attacks, is, 'expect.json'), 'utf8')) as Expect]);

let server: FileServer;
let control: Files;
let before: Files;
let trust: TrustConfig;
/** Homes of hosts that saw no more than the control's own folders, by what they saw. */
const homes = new Map<string, string>();
/** What their controls let them remember. */
const controls = new Map<string, string[]>();

beforeAll(async () => {
  server = await serveFiles();
  control = await filesBelow(join(vectorsFolder, 'control'));
  before = await filesBelow(join(vectorsFolder, 'before'));
  trust = JSON.parse(Buffer.from(control.get('trust.json') ?? '').toString('utf8')) as TrustConfig;
});

afterEach(() => {
  server.silent = false;
  server.otherwise = undefined;
});

/** Serves a folder's files over those of another, and an attacker's answers in place of files. */
async function serve(folder: string, answers: Expect['answers'] = {}, over = control): Promise<void> {
  const files = new Map([...over, ...(await filesBelow(join(vectorsFolder, folder)))]);
  server.files.clear();
  server.otherwise = undefined;
  for (const [path, bytes] of files) server.files.set(path, bytes).set(`elsewhere/${path}`, bytes);
  for (const [path, answer] of Object.entries(answers)) {
    const play = (asked: string, response: ServerResponse): void =>
      void playAnswer(answer, response, files.get(asked), `${server.url}/elsewhere/${asked}`);
    const everything = path === '*';
    for (const each of everything ? files.keys() : [path]) server.files.set(each, (response) => play(each, response));
    if (everything) server.otherwise = play;
  }
}

/** One start of a host. */
interface Start {
  readonly home: string;
  readonly now: string;
  readonly trust: Expect['trust'];
  readonly url?: string | undefined;
  readonly version?: string | undefined;
}

async function open(start: Start): Promise<Outcome> {
  const { home, now, version } = start;
  const registry = { ...trust.registry, ...start.trust.registry, url: start.url ?? server.url };
  const trustFile = join(home, 'trust.json');
  await writeFile(trustFile, JSON.stringify({ ...trust, ...start.trust, registry }));
  server.asked.length = 0;
  try {
    const host = new ApprovedServers(await loadTrust(trustFile), join(home, 'registry'), new Date(now));
    await host.server('internal-postgres', version);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof Failure)) throw error;
    expect(error.remedy).not.toBe('');
    return error.code as Outcome;
  } finally {
    expect(server.asked, 'a file was asked for twice').toEqual([...new Set(server.asked)]);
  }
}

/** A host that took these steps. */
async function visited({ steps, trust: config }: Expect, own: string): Promise<string> {
  const home = await temporaryFolder();
  const key = JSON.stringify([steps, config]);
  const alike = homes.get(key);
  if (alike !== undefined) {
    await cp(alike, home, { recursive: true, preserveTimestamps: true });
    return home;
  }
  for (const { registry, at } of steps) {
    await serve(registry === 'seen' ? `${own}/seen` : registry, {}, registry === 'control' ? control : before);
    expect(await open({ home, now: at, trust: config }), `what was seen at ${at}`).toBe('accepted');
  }
  if (!steps.some(({ registry }) => registry === 'seen')) homes.set(key, home);
  const copy = await temporaryFolder();
  await cp(home, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

async function damage(home: string, { path, becomes }: Damage): Promise<void> {
  const place = join(home, 'registry', path);
  const bytes = await readFile(place).catch(() => Buffer.alloc(0));
  await rm(place, { recursive: true, force: true });
  if (becomes === 'a folder') await mkdir(place);
  else if (becomes === 'padded') await writeFile(place, Buffer.concat([bytes, Buffer.alloc(100_000, ' ')]));
  else if (becomes !== 'deleted') await writeFile(place, bytes.subarray(0, becomes === 'half' ? bytes.length / 2 : 0));
}

const marks = (home: string): Promise<string[]> =>
  readdir(join(home, 'registry/seen')).then(
    (names) => names.sort(),
    () => [],
  );

/** Without the keys and digests, in which an attack may differ from its control. */
const kinds = (names: readonly string[]): string[] =>
  names.map((mark) => mark.replace(/^([^.]+)\.[^.]+\.([^.]+)\..*$/u, '$1.$2')).sort();

const ofRecord = (mark: string): boolean => mark.startsWith(`${recordBin}.`);
const notOfRecord = (mark: string): boolean => !ofRecord(mark);

/** The most that the process grows while something is done. */
async function growthOf<T>(task: () => Promise<T>): Promise<[T, number]> {
  const start = process.memoryUsage.rss();
  let most = start;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  try {
    return [await task(), most - start];
  } finally {
    clearInterval(timer);
  }
}

/** What the control lets a host remember; it must be accepted. Most attacks share theirs. */
async function controlMarks(own: string, vector: Expect, host: string, home: string): Promise<string[]> {
  const { steps, now, trust: config, version } = { ...vector, ...vector.control };
  const honest = await filesBelow(join(vectorsFolder, own, 'honest'));
  const key = JSON.stringify([steps, now, config, version, host]);
  const shared = honest.size === 0 && !steps.some(({ registry }) => registry === 'seen');
  const known = shared ? controls.get(key) : undefined;
  if (known !== undefined) return known;
  await serve(`${own}/honest`);
  expect(await open({ home, now, trust: config, version }), 'the control').toBe('accepted');
  const remembered = await marks(home);
  if (shared) controls.set(key, remembered);
  return remembered;
}

const hosts = ['fresh', 'visited'] as const;
const cases = vectors.flatMap(([is, vector]) =>
  hosts.flatMap((host) => {
    const outcome = vector.outcome[host];
    return outcome === undefined ? [] : [{ is, host, vector, outcome }];
  }),
);

test('there is a vector for every refusal of a host, but for those of what is installed and of the machine', async () => {
  const codes = await readFile(join(vectorsFolder, '../../core/refusal.ts'), 'utf8');
  const installed = new Set(['E_ARCHIVE', 'E_TREE', 'E_STORE', 'E_AMBIENT_CODE', 'E_UNSUPPORTED', 'E_SANDBOX']);
  const ofSigners = (code: string): boolean => code === 'E_OBJECT' || code.startsWith('E_EVIDENCE_');
  const needed = [...codes.matchAll(/'(E_[A-Z_]+)'/gu)].map(([, code]) => code ?? '');
  expect(new Set(cases.map(({ outcome }) => outcome).filter((outcome) => outcome.startsWith('E_')))).toEqual(
    new Set(needed.filter((code) => !installed.has(code) && !ofSigners(code))),
  );
});

test.each(cases)('$is: a $host host ends with $outcome', async ({ is, host, vector, outcome }) => {
  const own = `attacks/${is}`;
  const newHome = host === 'fresh' ? temporaryFolder : (): Promise<string> => visited(vector, own);
  const { now, trust: config, url, version, answers, afterwards } = vector;
  const goesOn = host === 'visited' && vector.inUsedFile;
  const remembers = goesOn ? 'nothing' : vector.remembers;

  const allowed = await controlMarks(own, vector, host, await newHome());

  const home = await newHome();
  for (const each of vector.damage) await damage(home, each);
  const marksBefore = await marks(home);
  await serve(`${own}/serves`, answers);
  const started = performance.now();
  const [ended, grown] = await growthOf(() => open({ home, now, trust: config, url, version }));
  expect(ended).toBe(outcome);
  expect(performance.now() - started).toBeLessThan(maxMs[host]);
  expect(grown).toBeLessThan(maxGrowthBytes);

  const marksAfter = await marks(home);
  if (remembers === 'nothing') expect(marksAfter).toEqual(marksBefore);
  else {
    const shown = remembers === 'all' ? allowed : [...allowed.filter(notOfRecord), ...marksBefore.filter(ofRecord)];
    expect(kinds(marksAfter)).toEqual(kinds(shown));
  }

  const honest = { home, trust: vector.control.trust ?? config, version };
  server.silent = true;
  const cachedNothing = host === 'fresh' && vector.outcome.visited !== undefined && remembers === 'nothing';
  const silent = cachedNothing ? 'network' : goesOn ? 'accepted' : afterwards.silent;
  expect(await open({ ...honest, now }), 'with nobody there').toBe(silent);
  server.silent = false;
  await serve((await filesBelow(join(vectorsFolder, own, 'after'))).size > 0 ? `${own}/after` : 'after');
  expect(await open({ ...honest, now: afterwards.at }), 'with what comes after').toBe(afterwards.honest);
  const markedKinds = (names: readonly string[]): string[] => names.map((mark) => mark.split('.')[0] ?? '');
  expect(markedKinds(await marks(home)), 'nothing is forgotten').toEqual(
    expect.arrayContaining(markedKinds(marksAfter)),
  );
});
