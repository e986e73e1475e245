import { expect, test } from 'vitest';
import { aManifest } from '../test/support/statements.ts';
import type { LifecycleEntry, Manifest } from '../schemas/types.ts';
import type { Base } from './base.ts';
import { checkHistory, checkRanges, endedBeforeApproval } from './history-rules.ts';
import type { SurveyedServer } from './registry-files.ts';

const entry = (versions: LifecycleEntry['versions'], state: LifecycleEntry['state'] = 'revoked'): LifecycleEntry => ({
  versions,
  state,
  since: '2026-05-01',
  reason: 'It is broken.',
});

const name = 'internal-postgres';

/** What the gate says, as codes, of a manifest that follows some versions; of none where it was deleted. */
function found(before: readonly string[], after: Partial<Manifest> | undefined, was: Partial<Manifest> = {}): string[] {
  const value = after === undefined ? undefined : aManifest(after);
  const file = `servers/${name}.yaml`;
  const servers: SurveyedServer[] =
    value === undefined
      ? []
      : [
          {
            name,
            manifest: { file, value, locate: () => ({ line: 1, column: 1 }) },
            hasLockFile: true,
          },
        ];
  const base: Base = {
    commit: 'a'.repeat(40),
    changes: new Map(),
    changed: new Map([[name, { manifest: aManifest(was) }]]),
  };
  const repository = { servers, names: new Set(servers.map((each) => each.name)), problems: [] };
  return checkHistory(repository, base, new Map([[name, before]])).map(({ code }) => code);
}

test.each<[string, readonly string[], LifecycleEntry[], string[]]>([
  ['a range over a version that is no semver', ['2026-05', '1.2.0'], [entry('<2.0.0')], ['range-without-semver']],
  ['a range beside a list that ends it', ['2026-05', '1.2.0'], [entry('<1.0.0'), entry(['2026-05'])], []],
  ['everything', ['2026-05', '1.2.0'], [entry('*')], []],
  ['a range that is only deprecated', ['2026-05', '1.2.0'], [entry('<1.0.0', 'deprecated')], []],
  ['a range over semver alone', ['1.0.0', '1.2.0'], [entry('<1.1.0')], []],
])('says of a lifecycle with %s what signing would say', (_, before, lifecycle, codes) => {
  expect(found(before, { version: '1.2.0', lifecycle })).toEqual(codes);
  expect(checkRanges(name, before, lifecycle).map(({ code }) => code)).toEqual(codes);
});

test.each<[string, readonly string[], LifecycleEntry[], string[]]>([
  ['earlier versions may still run', ['1.1.0', '1.2.0'], [entry(['1.2.0'])], ['deleted-manifest']],
  ['all its versions are ended', ['1.1.0', '1.2.0'], [entry('*')], []],
])('looks at every version of a deleted manifest: %s', (_, before, lifecycle, codes) => {
  expect(found(before, undefined, { version: '1.2.0', lifecycle })).toEqual(codes);
});

test('warns of a new version that its own lifecycle ends, and says what to do', () => {
  const lifecycle = [entry('*')];
  expect(found(['1.2.0'], { version: '2.0.0', lifecycle })).toEqual(['ended-before-approval']);
  expect(found(['1.2.0'], { version: '1.2.0', lifecycle })).toEqual([]);
  expect(endedBeforeApproval(name, '2.0.0', lifecycle)).toMatchObject({
    severity: 'warning',
    message: `${name} 2.0.0 is not approved: "*" under lifecycle is revoked, and holds it`,
  });
});
