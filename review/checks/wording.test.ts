import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allRules } from './all-rules.ts';

/** Words that judge people and not bytes. A rule can be wrong, and its reader may know the author. */
const accusing =
  /\b(?:malicious|attackers?|attacks?|suspicious|evil|hackers?|steals?|stolen|dishonest|guilty|criminals?|villains?|pretends?|cheats?|lies)\b/iu;

test.each(allRules.map(({ id, about }) => [id, about]))(
  '%s says what the bytes do, and accuses nobody',
  (id, about) => {
    expect(`${id} ${about}`).not.toMatch(accusing);
  },
);

const sources = readdirSync(join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
);

test.each(sources)('no message of %s accuses anybody', (file) => {
  const text = readFileSync(join(import.meta.dirname, '..', file), 'utf8');
  const said = [...text.matchAll(/\b(?:message|remedy|about|why):\s*(?<text>['"`].*)/gu)].map(([whole]) => whole);
  for (const each of said) expect(each).not.toMatch(accusing);
});

test('would notice a message that accuses', () => {
  expect('the author is suspicious').toMatch(accusing);
  expect('reads credentials and sends them').not.toMatch(accusing);
});
