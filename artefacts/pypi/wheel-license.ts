/** The licence that a wheel's METADATA states, in three fields of different ages. */
import { maxLicenseLength } from '../../core/limits.ts';
import type { Fields } from './wheel-fields.ts';

/** An SPDX expression where it is clear which; otherwise the words. Undefined where nothing is stated. */
export function licenseIn(fields: Fields): string | undefined {
  const classifiers = (fields.get('classifier') ?? []).flatMap(
    (each) => /^License :: (?:OSI Approved :: )?(?<name>[^:]+)$/u.exec(each)?.groups?.['name'] ?? [],
  );
  const license =
    fields.get('license-expression')?.[0] ??
    stated(fields.get('license')?.[0], classifiers) ??
    // Whether one may be chosen, or all count, nobody knows (PEP 639): several are no expression.
    clearClassifier(classifiers) ??
    classifiers.filter((name) => name !== 'OSI Approved').join(', ');
  const text = license.replaceAll(/\s+/gu, ' ').trim().slice(0, maxLicenseLength).toWellFormed();
  return text === '' ? undefined : text;
}

/** Many packages put the whole text of their licence there: its title, or else one classifier, says which it is. */
function stated(text: string | undefined, classifiers: readonly string[]): string | undefined {
  if (text === undefined || text === '' || text === 'UNKNOWN') return undefined;
  const [title = '', ...more] = text.split('\n');
  const clear = clearWords.get(title.toLowerCase().replaceAll(/[\s,]+/gu, ' '));
  return clear ?? (more.length > 0 ? clearClassifier(classifiers) : undefined) ?? text;
}

const clearClassifier = ([name = '', ...more]: readonly string[]): string | undefined =>
  more.length === 0 ? clearClassifiers.get(name) : undefined;

const clearWords: ReadonlyMap<string, string> = new Map([
  ['psf', 'PSF-2.0'],
  ['mit license', 'MIT'],
  ['the mit license', 'MIT'],
  ['the mit license (mit)', 'MIT'],
  ['apache 2.0', 'Apache-2.0'],
  ['apache-2', 'Apache-2.0'],
  ['apache license 2.0', 'Apache-2.0'],
  ['apache license version 2.0', 'Apache-2.0'],
  ['apache 2.0 license', 'Apache-2.0'],
  ['apache-2.0 license', 'Apache-2.0'],
  ['apache software license 2.0', 'Apache-2.0'],
  ['bsd 2-clause', 'BSD-2-Clause'],
  ['bsd 2-clause license', 'BSD-2-Clause'],
  ['2-clause bsd license', 'BSD-2-Clause'],
  ['bsd-2-clause license', 'BSD-2-Clause'],
  ['bsd 3-clause', 'BSD-3-Clause'],
  ['bsd 3-clause license', 'BSD-3-Clause'],
  ['3-clause bsd license', 'BSD-3-Clause'],
  ['bsd-3-clause license', 'BSD-3-Clause'],
  ['isc license', 'ISC'],
  ['mpl 2.0', 'MPL-2.0'],
  ['mozilla public license 2.0', 'MPL-2.0'],
  ['mozilla public license 2.0 (mpl 2.0)', 'MPL-2.0'],
]);

/** Those that name one licence in one version: PEP 639 lists the others, from which nothing may be inferred. */
const clearClassifiers: ReadonlyMap<string, string> = new Map([
  ['Boost Software License 1.0 (BSL-1.0)', 'BSL-1.0'],
  ['CC0 1.0 Universal (CC0 1.0) Public Domain Dedication', 'CC0-1.0'],
  ['Eclipse Public License 1.0 (EPL-1.0)', 'EPL-1.0'],
  ['Eclipse Public License 2.0 (EPL-2.0)', 'EPL-2.0'],
  ['European Union Public Licence 1.2 (EUPL 1.2)', 'EUPL-1.2'],
  ['GNU Affero General Public License v3 or later (AGPLv3+)', 'AGPL-3.0-or-later'],
  ['GNU General Public License v2 or later (GPLv2+)', 'GPL-2.0-or-later'],
  ['GNU General Public License v3 or later (GPLv3+)', 'GPL-3.0-or-later'],
  ['GNU Lesser General Public License v3 or later (LGPLv3+)', 'LGPL-3.0-or-later'],
  ['Historical Permission Notice and Disclaimer (HPND)', 'HPND'],
  ['ISC License (ISCL)', 'ISC'],
  ['MIT License', 'MIT'],
  ['MIT No Attribution License (MIT-0)', 'MIT-0'],
  ['Mozilla Public License 1.1 (MPL 1.1)', 'MPL-1.1'],
  ['Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0'],
  ['Python Software Foundation License', 'PSF-2.0'],
  ['The Unlicense (Unlicense)', 'Unlicense'],
  ['Universal Permissive License (UPL)', 'UPL-1.0'],
  ['Zero-Clause BSD (0BSD)', '0BSD'],
  ['zlib/libpng License', 'Zlib'],
]);
