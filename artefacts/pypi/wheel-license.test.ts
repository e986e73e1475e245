import { expect, test } from 'vitest';
import { readFields } from './wheel-fields.ts';
import { licenseIn } from './wheel-license.ts';

const osi = 'Classifier: License :: OSI Approved ::';
const wholeText = 'License: Permission is hereby granted, free of charge,\n        to any person';

test.each([
  [
    'an expression',
    ['License-Expression: Apache-2.0 OR MIT', 'License: BSD', `${osi} MIT License`],
    'Apache-2.0 OR MIT',
  ],
  ['words', ['License: MIT', `${osi} BSD License`], 'MIT'],
  ['words that are clear', ['License: Apache License, Version 2.0'], 'Apache-2.0'],
  ['words that are clear, in another spelling', ['License: The  MIT License (MIT)'], 'MIT'],
  ['words that are not clear', ['License: BSD', `${osi} MIT License`], 'BSD'],
  ['a whole text, and a classifier', [wholeText, `${osi} MIT License`], 'MIT'],
  [
    'a whole text, and a classifier that is not clear',
    [wholeText, `${osi} BSD License`],
    'Permission is hereby granted, free of charge, to any person',
  ],
  ['a whole text alone', [wholeText], 'Permission is hereby granted, free of charge, to any person'],
  ['a whole text with its title', ['License: BSD 3-Clause License', '        ', '        Copyright'], 'BSD-3-Clause'],
  ['a classifier', [`${osi} Mozilla Public License 2.0 (MPL 2.0)`], 'MPL-2.0'],
  ['a classifier and no word', ['License: UNKNOWN', `${osi} ISC License (ISCL)`], 'ISC'],
  ['a classifier that is not clear', [`${osi} Apache Software License`], 'Apache Software License'],
  [
    'a classifier of a licence that is not open',
    ['Classifier: License :: Other/Proprietary License'],
    'Other/Proprietary License',
  ],
  [
    'several classifiers, of which nobody knows how they belong together',
    [`${osi} MIT License`, `${osi} Apache Software License`],
    'MIT License, Apache Software License',
  ],
  [
    'a whole text, and several classifiers',
    [wholeText, `${osi} MIT License`, `${osi} BSD License`],
    'Permission is hereby granted, free of charge, to any person',
  ],
  ['the classifier of all open licences', ['Classifier: License :: OSI Approved'], undefined],
  ['other classifiers', ['Classifier: Programming Language :: Python'], undefined],
  ['nothing', [], undefined],
  ['an empty field', ['License:'], undefined],
  ['an empty field and a classifier', ['License:', `${osi} MIT License`], 'MIT'],
])('finds the licence in %s', (_, lines, license) => {
  expect(licenseIn(readFields(Buffer.from(lines.join('\n'))))).toBe(license);
});

test('cuts a long text', () => {
  const license = licenseIn(readFields(Buffer.from(`License: x${'😀'.repeat(400)}`)));
  expect(license).toHaveLength(500);
  expect(license?.isWellFormed()).toBe(true);
});
