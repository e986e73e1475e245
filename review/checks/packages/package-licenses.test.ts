import { expect, test } from 'vitest';
import { loadedFrom } from '../../../artefacts/loaded.ts';
import { readPackument } from '../../../artefacts/npm/packument.ts';
import type { Part } from '../../../artefacts/part.ts';
import type { BundledPackage } from '../../../schemas/types.ts';
import { aPart, npmDocuments } from '../../../test/support/statements.ts';
import { checkLicenses } from './package-licenses.ts';

const allowed = ['MIT', 'Apache-2.0'];
const artefact = { name: 'server', version: '1.0.0' };

const found = (locked: Part, license: string | undefined = 'MIT', documents = npmDocuments()): string[] =>
  checkLicenses(loadedFrom([locked]), { artefact, license, documents }, allowed).map(
    ({ rule, level, subject }) => `${rule} ${level} ${subject}`,
  );
const under = (license: string | undefined, name = 'a'): Part =>
  aPart(name, '1.0.0', license === undefined ? {} : { license });

test.each<[string, string | undefined, string[]]>([
  ['an allowed licence', 'MIT', []],
  ['an alternative', '(GPL-3.0-only OR MIT)', []],
  ['another licence', 'GPL-3.0-only', ['package-license block a@1.0.0']],
  ['no expression', 'SEE LICENSE IN LICENSE', ['package-license-unknown note a@1.0.0']],
  ['none', undefined, ['package-license-unknown note a@1.0.0']],
])('judges a package with %s', (_, license, expected) => {
  expect(found(under(license))).toEqual(expected);
});

test('names the licence of the registry where the bytes state another', () => {
  const document = Buffer.from(JSON.stringify({ versions: { '1.0.0': { license: 'MIT' } } }));
  const documents = npmDocuments({ a: readPackument('a', document) });
  const [observation] = checkLicenses(
    loadedFrom([under('AGPL-3.0-only')]),
    { artefact, license: 'MIT', documents },
    allowed,
  );
  expect(observation).toMatchObject({
    rule: 'package-license',
    message:
      'a@1.0.0 is under AGPL-3.0-only, although the registry says MIT; that is not among the licences of the policy',
  });
});

test('judges a bundled package, and says where it is', () => {
  const bundled = [{ path: 'node_modules/inner', name: 'inner', version: '2.0.0', license: 'GPL-3.0-only' }];
  const observations = checkLicenses(
    loadedFrom([aPart('a', '1.0.0', { license: 'MIT', bundled })]),
    { artefact, license: 'MIT', documents: npmDocuments() },
    allowed,
  );
  expect(observations).toMatchObject([
    {
      rule: 'package-license',
      level: 'block',
      subject: 'inner@2.0.0',
      message: expect.stringContaining('inner@2.0.0, bundled in a@1.0.0, is under GPL-3.0-only'),
    },
  ]);
});

test.each<[string, Partial<BundledPackage>, string | undefined, string[]]>([
  ['in the folder of a test, without a licence', {}, 'MIT', []],
  [
    'in the folder of a test, with another licence',
    { license: 'GPL-3.0-only' },
    'MIT',
    ['package-license block inner'],
  ],
  ['in the folder of a test, with no expression', { license: 'mine' }, 'MIT', ['package-license-unknown note inner']],
  ['in a package without a licence', {}, undefined, ['package-license-unknown note a']],
  ['in a package under another licence', {}, 'GPL-3.0-only', ['package-license block a']],
  ['in node_modules, without a licence', { path: 'node_modules/inner' }, 'MIT', ['package-license-unknown note inner']],
  [
    'in node_modules of a test, without a licence',
    { path: 'test/node_modules/inner' },
    'MIT',
    ['package-license-unknown note inner'],
  ],
])('judges what lies %s', (_, change, around, expected) => {
  const bundled = [{ path: 'test/fixtures/inner', name: 'inner', version: '2.0.0', ...change }];
  const holder = aPart('a', '1.0.0', { bundled, ...(around !== undefined && { license: around }) });
  expect(found(holder).map((each) => each.replace(/@[^@]*$/u, ''))).toEqual(expected);
});

test('says which bytes an observation is about, but for what is bundled', () => {
  const bundled = [{ path: 'node_modules/inner', name: 'inner', version: '2.0.0' }];
  const holder = aPart('a', '1.0.0', { bundled });
  const observations = checkLicenses(
    loadedFrom([holder]),
    { artefact, license: 'MIT', documents: npmDocuments() },
    allowed,
  );
  expect(observations.map(({ subject, integrity }) => [subject, integrity])).toEqual([
    ['a@1.0.0', holder.integrity],
    ['inner@2.0.0', undefined],
  ]);
});

test.each<[string, string | undefined, string | undefined, string[]]>([
  ['the same as the manifest', 'MIT', 'MIT', []],
  ['none', undefined, 'MIT', []],
  ['a file, as the manifest may know better', 'SEE LICENSE IN LICENSE', 'MIT', []],
  ['another one, which is allowed', 'Apache-2.0', 'MIT', ['license-differs review server@1.0.0']],
  ['another one, which is not allowed', 'AGPL-3.0-only', 'MIT', ['package-license block server@1.0.0']],
])('judges an artefact whose package.json states %s', (_, stated, license, expected) => {
  expect(found(under(stated, 'server'), license)).toEqual(expected);
});

test('leaves it to the policy that a manifest states no licence', () => {
  const loaded = loadedFrom([under('Apache-2.0', 'server')]);
  expect(checkLicenses(loaded, { artefact, license: undefined, documents: npmDocuments() }, allowed)).toEqual([]);
});
