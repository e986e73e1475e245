import { expect, test } from 'vitest';
import { cvss3Score, severityOfScore } from './cvss.ts';

test.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 'critical'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10, 'critical'],
  ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', 7.5, 'high'],
  ['CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H', 7.5, 'high'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N', 6.5, 'moderate'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1, 'moderate'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N', 5.3, 'moderate'],
  ['CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:L/A:L', 5, 'moderate'],
  ['CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 1.6, 'low'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'low'],
  ['CVSS:3.1/S:U/C:N/I:N/A:H/AV:N/AC:L/PR:N/UI:N/E:P/RL:O', 7.5, 'high'],
])('scores %s with %d, which is %s', (vector, score, severity) => {
  expect([cvss3Score(vector), severityOfScore(score)]).toEqual([score, severity]);
});

test.each([
  ['version 4', 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'],
  ['version 2', 'AV:N/AC:L/Au:N/C:P/I:P/A:P'],
  ['one without a scope', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/C:H/I:H/A:H'],
  ['one with a value that there is not', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:X/I:H/A:H'],
  ['one with a name that every object has', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:constructor/I:H/A:H'],
  ['a long one', `CVSS:3.1/${'A'.repeat(5_000)}`],
  ['nothing', ''],
])('has no score for a vector: %s', (_, vector) => {
  expect(cvss3Score(vector)).toBeUndefined();
});
