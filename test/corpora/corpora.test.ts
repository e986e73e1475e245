/**
 * Servers of public lists, which nobody here wrote, read as manifests. What is committed are facts about them; with
 * COUNTERSIGN_CORPORA=<folder> the lists themselves are read too. `extract.ts` makes the one from the other.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { manifestFormat } from '../../core/formats.ts';
import { readYaml } from '../../core/yaml.ts';
import type { Manifest } from '../../schemas/types.ts';
import { judge, kindOf, waysToRun, type Verdict } from '../support/corpora.ts';
import type { ServerFacts } from './facts.ts';
import { rawYaml, readOriginals } from './originals.ts';
import { strip } from './strip.ts';

/** Of each kind of problem, how many servers have it, and which one shows why that is right. */
const rejections: Readonly<Record<string, { readonly why: string; readonly such: string; readonly count: number }>> = {
  'artefact-or-remote': {
    why: 'it is a checkout to start by hand, a NuGet package, tools that are images of their own, or an endpoint without a transport: nothing is published that a digest could pin',
    such: 'io.github.domdomegg/time-mcp-nuget',
    count: 299,
  },
  'artefact-url': {
    why: 'no version, a package where an image should stand, or capitals in the path of an image',
    such: 'io.github.edubase/mcp',
    count: 29,
  },
  'loader-variable': {
    why: 'SHELL says which program runs the commands, PYTHONPATH where modules are taken from',
    such: 'io.github.stippi/code-assistant',
    count: 2,
  },
  'out-of-bounds description': {
    why: 'a page where a sentence belongs, or a single word',
    such: 'brightdata',
    count: 8,
  },
  'out-of-bounds launch.arguments[].name': {
    why: 'a whole query or letter where an option’s name belongs',
    such: 'io.github.pydantic/logfire-mcp',
    count: 2,
  },
  'out-of-bounds name': { why: 'it has none', such: '', count: 7 },
  'wrong-form launch.arguments[].name': {
    why: 'a number, or markup, where an option’s name belongs',
    such: 'io.github.programcomputer/nasa-mcp-server',
    count: 3,
  },
  'wrong-form name': { why: 'it has none', such: '', count: 7 },
  'wrong-form remote.url': {
    why: 'http, on the user’s own machine',
    such: 'io.github.azure/azure-mcp',
    count: 5,
  },
};

/** How many of each list are accepted. The first has 302 of servers that are not published as a package. */
const accepted = [
  ['official-2025-05', 140, 471],
  ['official-2025-10', 347, 358],
  ['official-2026-03', 3, 4],
  ['toolhive-2025-08', 67, 67],
  ['toolhive-2025-11', 12, 12],
  ['toolhive-example', 2, 2],
  ['docker-2026-07', 319, 328],
] as const;

/**
 * The same by kind of artefact, each offer judged alone: an entry with a package and an image counts under both kinds. What
 * has two problems stands under both, with a `+`. No list has a tarball or a commit.
 */
const byKind: Readonly<Record<string, Count>> = {
  npm: { offered: 234, accepted: 225, refused: { 'artefact-url': 8, 'wrong-form launch.arguments[].name': 1 } },
  pypi: {
    offered: 175,
    accepted: 166,
    refused: {
      'artefact-url': 5,
      'artefact-url + loader-variable': 1,
      'out-of-bounds description': 2,
      'wrong-form launch.arguments[].name': 1,
    },
  },
  oci: { offered: 445, accepted: 425, refused: { 'artefact-url': 15, 'out-of-bounds description': 5 } },
  mcpb: { offered: 2, accepted: 2, refused: {} },
  remote: {
    offered: 86,
    accepted: 79,
    refused: { 'wrong-form remote.url': 5, 'artefact-or-remote': 1, 'out-of-bounds description': 1 },
  },
  nuget: { offered: 1, accepted: 0, refused: { 'artefact-or-remote': 1 } },
  checkout: {
    offered: 302,
    accepted: 0,
    refused: {
      'artefact-or-remote': 299,
      'artefact-or-remote + loader-variable': 1,
      'out-of-bounds launch.arguments[].name': 1,
      'out-of-bounds launch.arguments[].name + wrong-form launch.arguments[].name': 1,
    },
  },
  nothing: {
    offered: 10,
    accepted: 0,
    refused: { 'out-of-bounds name + wrong-form name': 7, 'artefact-or-remote': 3 },
  },
};

interface Count {
  readonly offered: number;
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
}

type Lists = ReadonlyMap<string, readonly ServerFacts[]>;

async function readExtract(): Promise<Lists> {
  const folder = join(import.meta.dirname, 'servers');
  const files = (await readdir(folder)).sort();
  const lists = files.map(async (file): Promise<[string, ServerFacts[]]> => {
    const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n');
    return [file.replace('.jsonl', ''), lines.map((line) => JSON.parse(line) as ServerFacts)];
  });
  return new Map(await Promise.all(lists));
}

const known = new WeakMap<ServerFacts, Verdict>();

/** Most tests ask for all of them. */
function judged(facts: ServerFacts): Verdict {
  const verdict = known.get(facts) ?? judge(facts);
  known.set(facts, verdict);
  return verdict;
}

const folder = process.env['COUNTERSIGN_CORPORA'];
const extract = await readExtract();
const originals = folder === undefined ? undefined : await readOriginals(folder);

test.runIf(originals !== undefined)('has the facts of the originals, and nothing else', () => {
  const stripped = [...(originals ?? [])].map(([list, servers]) => [list, servers.map(strip)] as const);
  expect(new Map(stripped)).toEqual(extract);
});

const sources = [['facts', extract], ...(originals === undefined ? [] : [['originals', originals] as const])] as const;

test.each(sources)('reads every server of the %s, and accepts as many as were looked at', (_, lists) => {
  const counts = accepted.map(([list]) => {
    const servers = lists.get(list) ?? [];
    return [list, servers.filter((facts) => judged(facts).problems.length === 0).length, servers.length];
  });
  expect(counts).toEqual(accepted);
  expect(new Set(lists.keys())).toEqual(new Set(accepted.map(([list]) => list)));
});

test.each(sources)('accepts of the %s as many of each kind as were looked at', (_, lists) => {
  const reasons = new Map<string, string[]>();
  for (const [kind, facts] of [...lists.values()].flat().flatMap((each) => [...waysToRun(each)])) {
    const why = [...new Set(judge(facts).problems.map(kindOf))].sort().join(' + ');
    reasons.set(kind, [...(reasons.get(kind) ?? []), why]);
  }
  const counts = [...reasons].map(([kind, all]): [string, Count] => {
    const refused = all.filter((why) => why !== '');
    return [
      kind,
      {
        offered: all.length,
        accepted: all.length - refused.length,
        refused: Object.fromEntries(
          Map.groupBy(refused, (why) => why)
            .entries()
            .map(([why, { length }]) => [why, length]),
        ),
      },
    ];
  });
  expect(Object.fromEntries(counts)).toEqual(byKind);
});

test.each(sources)('rejects of the %s what it should, for reasons that hold', (_, lists) => {
  const found = new Map<string, ReadonlySet<ServerFacts>>();
  for (const facts of [...lists.values()].flat())
    for (const kind of judged(facts).problems.map(kindOf))
      found.set(kind, new Set([...(found.get(kind) ?? []), facts]));
  const counts = [...found].map(([kind, servers]) => [kind, servers.size]);
  expect(Object.fromEntries(counts)).toEqual(
    Object.fromEntries(Object.entries(rejections).map(([kind, { count }]) => [kind, count])),
  );
  for (const [kind, { such }] of Object.entries(rejections))
    expect([...(found.get(kind) ?? [])].map(({ name }) => name)).toContain(such);
});

test.each(sources)('takes from the %s what stands beside the package, wherever it is said', (_, lists) => {
  const manifests = [...lists.values()]
    .flat()
    .map(judged)
    .filter(({ problems }) => problems.length === 0)
    .map(({ text }) => parse(text) as Manifest);
  const how = (has: (manifest: Manifest) => unknown): number => manifests.filter((each) => has(each)).length;
  expect({
    headers: how(({ remote }) => remote?.headers),
    'headers with a secret in them': how(({ remote }) => remote?.headers?.some(({ value }) => value?.includes('${'))),
    transports: how(({ launch }) => launch?.transport),
    alternatives: how(({ alternatives }) => alternatives),
  }).toEqual({ headers: 15, 'headers with a secret in them': 13, transports: 5, alternatives: 4 });
});

test.each(sources)('says of every problem in the %s where it is and what to do', (_, lists) => {
  for (const facts of [...lists.values()].flat())
    for (const problem of judged(facts).problems) {
      expect(problem).toMatchObject({ line: expect.any(Number) as number, column: expect.any(Number) as number });
      expect(problem.remedy).not.toBe('');
      expect(problem.message.length).toBeLessThan(400);
    }
});

test.runIf(folder !== undefined)('takes no file in another format for a manifest, and stumbles over none', async () => {
  const files = await rawYaml(folder ?? '');
  expect(files.size).toBe(396);
  for (const [path, bytes] of files) {
    const read = readYaml(manifestFormat, path, bytes);
    expect(read.ok).toBe(false);
    const codes = read.ok ? [] : read.problems.map(({ code }) => code);
    expect(
      codes.filter((code) => !['missing-field', 'unknown-field', 'wrong-form', 'wrong-type'].includes(code)),
    ).toEqual([]);
  }
});
