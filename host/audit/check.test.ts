import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { aCall, aLaunch, aLog, trailPlace } from '../../test/support/audit-trail.ts';
import { checkTrail } from './check.ts';
import { fullFiles, type TrailPlace } from './files.ts';

let place: TrailPlace;

/** Five events of one process, then two of another. */
beforeEach(async () => {
  place = await trailPlace();
  const log = aLog(place);
  log.append(aLaunch);
  for (let count = 0; count < 4; count++) log.append(aCall);
  const other = aLog(place);
  other.append(aLaunch);
  other.append(aCall);
});

const rewrite = (change: (lines: string[]) => readonly string[]): void =>
  writeFileSync(place.file, `${change(readFileSync(place.file, 'utf8').split('\n').slice(0, -1)).join('\n')}\n`);
const found = (): [string, number | undefined][] => checkTrail(place).problems.map(({ code, line }) => [code, line]);

test('finds nothing wrong with what was written', () => {
  expect(checkTrail(place)).toEqual({ files: 1, events: 7, chains: 2, shortened: false, problems: [] });
});

test('finds nothing wrong where nothing was written', async () => {
  expect(checkTrail(await trailPlace())).toMatchObject({ events: 0, problems: [] });
});

test.each<[string, (lines: string[]) => readonly string[], [string, number][]]>([
  [
    'an edited line',
    (all) => all.map((line, at) => (at === 2 ? line.replace('"failed"', '"allowed"') : line)),
    [['edited', 3]],
  ],
  [
    'an edited line, the last of its chain',
    (all) => all.map((line, at) => (at === 4 ? line.replace('"failed"', '"allowed"') : line)),
    [['removed', 6]],
  ],
  ['a removed line', (all) => all.toSpliced(2, 1), [['removed', 3]]],
  ['several removed lines', (all) => all.toSpliced(1, 3), [['removed', 2]]],
  ['a removed beginning', (all) => all.toSpliced(0, 1), [['removed', 1]]],
  ['a removed end of a chain', (all) => all.toSpliced(4, 1), [['removed', 5]]],
  ['a chain that is gone', (all) => all.toSpliced(0, 5), [['removed', 1]]],
  [
    'lines that changed places',
    (all) => [...all.slice(0, 2), all[3] ?? '', all[2] ?? '', ...all.slice(4)],
    [['unordered', 4]],
  ],
  ['a line that is there twice', (all) => [...all, all[6] ?? ''], [['unordered', 8]]],
  ['a line of another program', (all) => [...all, '{"hello":"world"}'], [['foreign', 8]]],
  ['a line that was not finished', (all) => [...all, '{"schemaVer'], [['torn', 8]]],
  ['an empty line, which writers make', (all) => [...all, ''], []],
])('finds %s', (_, change, problems) => {
  rewrite(change);
  expect(found()).toEqual(problems);
  for (const { message, remedy } of checkTrail(place).problems) expect([message, remedy]).not.toContain('');
});

test('finds the last line torn, where a process was killed in the middle of it', () => {
  writeFileSync(place.file, readFileSync(place.file, 'utf8').slice(0, -10));
  expect(found()).toEqual([['torn', 7]]);
  aLog(place).append(aLaunch);
  expect(found()).toEqual([['torn', 7]]);
});

test('follows chains through files, and finds a file that is missing', async () => {
  place = await trailPlace();
  const log = aLog(place, 1500);
  for (let count = 0; count < 20; count++) log.append(aLaunch);
  expect(checkTrail(place)).toMatchObject({ events: 20, problems: [] });
  const [, second] = fullFiles(place);
  rmSync(second?.path ?? '');
  expect(checkTrail(place).problems.map(({ message }) => message)).toEqual(
    expect.arrayContaining([expect.stringContaining('the files 2 to 2')]),
  );
});

test('takes files that are no longer kept for no problem, and says so', async () => {
  place = await trailPlace();
  const log = aLog(place, 1500, 4000);
  for (let count = 0; count < 40; count++) {
    log.append(aLaunch);
    aLog(place, 1500, 4000).append(aLaunch);
  }
  expect(fullFiles(place)[0]?.number).toBeGreaterThan(1);
  expect(checkTrail(place)).toMatchObject({ shortened: true, problems: [] });
});
