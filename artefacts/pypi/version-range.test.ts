import { expect, test } from 'vitest';
import { askPython, pythons, type Python } from '../../test/support/python.ts';
import { isRange, takesPython, versionFits } from './version-range.ts';

test.each([
  ['3.11.7', '>=3.10', true],
  ['3.11.7', ' >= 3.10 , <3.12 ', true],
  ['3.11.7', '<3.11', false],
  ['3.14.0', '!=3.14.*', false],
  ['3.11', '==3.11.0.*', true],
  ['3.11.7', '>3.11.7rc1', true],
  ['3.11.7', '<3.11.7.post1', true],
  ['3.11.7', '<1!3.11', true],
  ['3.12.0rc1', '<3.12', false],
  ['3.12.0rc1', '>=3.11', true],
  ['3.11.7', '', true],
  ['3.11.7', 'any', false],
  ['3.11.7', '>=3.10;', false],
  ['eleven', '>=3', false],
])('%s in %j: %s', (version, range, fits) => {
  expect(versionFits(version, range)).toBe(fits);
});

test.each([
  ['', true],
  ['>=3.10,<4', true],
  ['===anything', true],
  ['>=3.10,', false],
  ['3.10', false],
  ['>=3.*', false],
  ['==3.11rc1.*', false],
  ['~=3', false],
  ['>=3.11+local', false],
  ['=>3', false],
])('%j is a range: %s', (range, expected) => {
  expect(isRange(range)).toBe(expected);
});

test.each([
  [undefined, '3.11.7', true],
  ['', '3.11.7', true],
  ['>=3.10', '3.11.7', true],
  ['>=3.12', '3.11.7', false],
  ['>=3.6.*', '3.11.7', true],
  ['any', '3.11.7', true],
])('what requires Python %j takes %s: %s', (range, version, takes) => {
  expect(takesPython(range, version)).toBe(takes);
});

const packaging = `
import json, sys
from pip._vendor.packaging.specifiers import Specifier
json.dump([Specifier(range).contains(version, prereleases=True) for version, range in json.load(sys.stdin)], sys.stdout)`;

const python = pythons.find(({ hasRecentPip }) => hasRecentPip);
test.skipIf(python === undefined)("agrees with Python's own judgement, where a recent pip is installed", async () => {
  const versions = ['1', '1.0', '1.0.0', '1.0.1', '1.1', '2', '0.9', '1.0a1', '1.0rc2', '1.0.dev3', '1.0a1.dev2'];
  const more = ['1.0.post1', '1.0.post2', '1.0.post1.dev1', '1!1.0', '1!0.5', '1.0.1rc1', '1.10', '1.0rc2.post1'];
  const all = [...versions, ...more];
  const local = ['1.0+a', '1.0+a.1', '1.0.post1+b'];
  const asked: (readonly [string, string])[] = [];
  for (const version of [...all, ...local]) {
    for (const sign of ['==', '!=', '<=', '>=', '<', '>', '~='])
      for (const bound of all)
        if (sign !== '~=' || bound.includes('.0') || bound.includes('.1')) asked.push([version, sign + bound]);
    for (const sign of ['==', '!=']) {
      for (const bound of local) asked.push([version, sign + bound]);
      for (const bound of ['1', '1.0', '1.0.0', '1.1', '1!1', '2']) asked.push([version, `${sign}${bound}.*`]);
    }
  }
  const valid = asked.filter(([, range]) => isRange(range));
  expect(valid.length).toBeGreaterThan(3_000);
  const theirs = await askPython<boolean[]>(python as Python, packaging, valid);
  expect(valid.filter(([version, range], index) => versionFits(version, range) !== theirs[index])).toEqual([]);
});
