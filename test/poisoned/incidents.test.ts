/** Reviews every change of test/poisoned/incidents as CI does, and compares the table of its README with them. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCodeScanner } from '../../review/checks/code/scanner.ts';
import { capturedFile } from '../../review/checks/tools/captured-file.ts';
import type { Review, Verdict } from '../../schemas/types.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { Incident, Member, Says } from '../support/incident.ts';
import { reviewIncident } from '../support/incident-review.ts';
import { incidents } from './all-incidents.ts';

const folder = join(import.meta.dirname, 'incidents');
const scanner = openCodeScanner({ cacheFolder: await temporaryFolder() });
afterAll(() => scanner.close());

const saysOf = new Map<Verdict, Says>([
  ['must-not-merge', 'blocked'],
  ['needs-a-person', 'needs a person'],
  ['may-merge', 'may be merged'],
]);

/** What the first line may give as the reason, with the words for it that a member uses. */
function reasonsIn({ servers, problems }: Review): { readonly find: string; readonly why: string }[] {
  const findings = servers.flatMap((server) => server.findings).filter(({ level }) => level !== 'note');
  const gains = servers.flatMap((server) => server.gains);
  return [
    ...problems
      .filter(({ severity }) => severity !== 'warning')
      .map(({ code, message }) => ({ find: `problem ${code}`, why: message })),
    ...findings.map(({ level, rule, message }) => ({ find: `${level} ${rule}`, why: message })),
    ...gains.map(({ verb, what, subject }) => ({ find: `${verb} ${what} ${subject}`, why: subject })),
  ];
}

/** As much of a text as the first line always shows, before any character that it writes in another way. */
const beginningOf = (text: string): string => /^[\w\s@.:/-]{1,60}/u.exec(text)?.[0] ?? text;

/** In contrast to something that a change gains or changes, which a person always looks at. */
const isRule = (find: string): boolean => /^(?:block|review|problem) /u.test(find);

describe.each([...incidents])('%s', (_, incident) => {
  const { attacks, nearMisses, unseen } = incident;

  test.concurrent.each(
    [...attacks, ...nearMisses, ...unseen].map((member) => [member.title, member.verdict, member] as const),
  )('%s: %s', { timeout: 120_000 }, async (__, verdict, { change, finds, shown = '' }) => {
    const { review, page } = await reviewIncident(incident, change, scanner);
    const reasons = reasonsIn(review);
    expect([saysOf.get(review.verdict), [...new Set(reasons.map(({ find }) => find))]]).toEqual([verdict, finds]);
    const [first = ''] = page.split('\n');
    const main = reasons.find(({ find }) => find === finds[0]);
    expect(first).toContain(main === undefined ? 'nothing that a person must decide was found' : beginningOf(main.why));
    expect(page).toContain(shown);
  });

  test('has attacks that are stopped, honest changes that pass, and a change that no rule finds', () => {
    for (const some of [attacks, nearMisses, unseen]) expect(some.length).toBeGreaterThan(0);
    expect(attacks.filter(({ verdict }) => verdict === 'may be merged')).toEqual([]);
    expect([...nearMisses, ...unseen].filter(({ finds }) => finds.some(isRule))).toEqual([]);
  });
});

test.each(['blocked', 'needs a person', 'may be merged'] as const)(
  'says of a change that is %s what the command says',
  async (verdict) => {
    const [incident, { change }] = oneOf(verdict);
    await reviewIncident(incident, change, scanner, async ({ tiny, review, page, captured }) => {
      const out = await temporaryFolder();
      await writeFile(join(out, 'captured.json'), capturedFile(captured));
      const words = ['--captured', join(out, 'captured.json'), '--markdown', join(out, 'page.md'), '--json'];
      const { stdout, stderr } = await tiny.run('scan', '--base', review.base ?? '', ...words);
      expect([stderr, JSON.parse(stdout)]).toEqual(['', review]);
      expect(readFileSync(join(out, 'page.md'), 'utf8')).toBe(page);
    });
  },
);

function oneOf(verdict: Says): readonly [Incident, Member] {
  for (const incident of incidents.values())
    for (const member of [...incident.attacks, ...incident.unseen])
      if (member.verdict === verdict) return [incident, member];
  throw new Error(`no incident has a change that is ${verdict}`);
}

/** `blocked: advisory, malware; needs a person: gains the host`: each rule where it decides the verdict. */
const said = ({ attacks }: Incident): string =>
  (['blocked', 'needs a person'] as const)
    .flatMap((verdict) => {
      const finds = attacks.filter((each) => each.verdict === verdict).flatMap((each) => each.finds);
      const deciding = finds.filter((find) => verdict === 'needs a person' || /^(?:block|problem) /u.test(find));
      return deciding.length === 0 ? [] : [`${verdict}: ${[...new Set(deciding.map(named))].sort().join(', ')}`];
    })
    .join('; ');

function named(find: string): string {
  const rule = /^(?:block|review|problem) (?<rule>.*)$/u.exec(find)?.groups?.rule;
  return rule === undefined ? (/^\w+ the [a-z]+/u.exec(find)?.[0] ?? find) : `\`${rule}\``;
}

const readme = readFileSync(join(folder, 'README.md'), 'utf8').split('\n');

test('no file is left out', () => {
  expect([...incidents.keys()]).toEqual(
    readdirSync(folder)
      .filter((file) => file.endsWith('.ts'))
      .sort(),
  );
});

test('the table of the README says what the files say', () => {
  const rows = readme
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows.slice(2)).toEqual(
    [...incidents].map(([file, incident]) => [`[${incident.title}](${file})`, said(incident), incident.limit]),
  );
});

test('the README lists what a rule could find, and none does', () => {
  const gaps = [...incidents].flatMap(([file, { unseen }]) =>
    unseen.flatMap(({ title, gap }) => (gap === undefined ? [] : [`- [${title}](${file}): ${gap}`])),
  );
  expect(readme.filter((line) => line.startsWith('- '))).toEqual(gaps);
});
