import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordLine, unpacked } from '../../test/support/wheels.ts';
import { recordFault } from './wheel-record.ts';

const folder = 'tiny-1.0.0.dist-info';
const own = `${folder}/RECORD`;
const main = 'print("tiny")\n';

/** Why a RECORD of these lines is not that of a wheel with one module, and with more files. */
const faultOf = (lines: readonly string[], more: Readonly<Record<string, string>> = {}): string | undefined =>
  recordFault(unpacked({ 'tiny.py': main, ...more, [own]: lines.join('\n') }), folder);

const right = recordLine('tiny.py', main);
const digestOf = (algorithm: string, text: string): string => hash(algorithm, text, 'base64url');

test.each([
  ['every file', [right, `${own},,`]],
  ['every file but itself', [right]],
  ['every file, and an empty line', [right, `${own},,`, '']],
  ['every file, with the line ends of Windows', [`${right}\r`, `${own},,\r`, '']],
  ['no size', [right.replace(/,\d+$/u, ',')]],
  ['a digest of SHA-384', [`tiny.py,sha384=${digestOf('sha384', main)},14`]],
  ['a digest of SHA-512', [`tiny.py,sha512=${digestOf('sha512', main)},14`]],
  ['a name in quotes', [right.replace('tiny.py', '"tiny.py"')]],
])('takes a RECORD with %s', (_, lines) => {
  expect(faultOf(lines)).toBeUndefined();
});

test('takes names with commas and quotes in them', () => {
  const line = recordLine('@', 'x').replace('@', '"a, ""b"".txt"');
  expect(faultOf([right, line], { 'a, "b".txt': 'x' })).toBeUndefined();
});

test.each(['jws', 'p7s'])('takes a signature RECORD.%s, listed or not, for no file of its own', (ending) => {
  const path = `${own}.${ending}`;
  expect(faultOf([right], { [path]: 'signed' })).toBeUndefined();
  expect(faultOf([right, `${path},,`], { [path]: 'signed' })).toBeUndefined();
  expect(faultOf([right, recordLine(path, 'other')], { [path]: 'signed' })).toBe(
    `lists "${path}" in its RECORD with another digest than it has`,
  );
});

test.each([
  [
    'another digest',
    [recordLine('tiny.py', 'print("tony")\n')],
    'lists "tiny.py" in its RECORD with another digest than it has',
  ],
  [
    'another digest of SHA-512',
    [`tiny.py,sha512=${digestOf('sha512', 'x')},14`],
    'lists "tiny.py" in its RECORD with another digest than it has',
  ],
  [
    'a digest in hexadecimal',
    [`tiny.py,sha256=${hash('sha256', main)},14`],
    'lists "tiny.py" in its RECORD with another digest than it has',
  ],
  ['another size', [right.replace(/\d+$/u, '15')], 'lists "tiny.py" in its RECORD with the size "15", not 14'],
  ['a size that is none', [right.replace(/\d+$/u, '0xe')], 'lists "tiny.py" in its RECORD with the size "0xe", not 14'],
  ...[
    '',
    `md5=${digestOf('md5', main)}`,
    `sha1=${digestOf('sha1', main)}`,
    `sha224=${digestOf('sha224', main)}`,
    'sha256',
    digestOf('sha256', main),
  ].map((digest): [string, string[], string] => [
    `the digest ${JSON.stringify(digest)}`,
    [`tiny.py,${digest},14`],
    digest === 'sha256'
      ? 'lists "tiny.py" in its RECORD with another digest than it has'
      : 'lists "tiny.py" in its RECORD without a digest that is SHA-256 or stronger',
  ]),
  ['nothing but a name', ['tiny.py,,'], 'lists "tiny.py" in its RECORD without a digest that is SHA-256 or stronger'],
  ['no line for a file', [`${own},,`], 'holds "tiny.py", which is not in its RECORD'],
  [
    'a file that is not there',
    [right, recordLine('tiny/more.py', 'x')],
    'lists "tiny/more.py" in its RECORD, which is not there',
  ],
  ['a folder', [right, 'tiny/,,'], 'lists "tiny/" in its RECORD, which is not there'],
  [
    'a path that leads to the file',
    [recordLine('./tiny.py', main)],
    'lists "./tiny.py" in its RECORD, which is not there',
  ],
  ['the same file twice', [right, right], 'lists "tiny.py" twice in its RECORD'],
  ['a line of two values', ['tiny.py,'], 'has a line in its RECORD that is none: "tiny.py,"'],
  ['a line of four values', [`${right},`], `has a line in its RECORD that is none: ${JSON.stringify(`${right},`)}`],
  ['a quote that does not end', ['"tiny.py,,'], 'has a line in its RECORD that is none: "\\"tiny.py,,"'],
  [
    'a digest of another RECORD',
    [right, recordLine(own, 'x')],
    `lists "${own}" in its RECORD with another digest than it has`,
  ],
  [
    'a size of its own alone',
    [right, `${own},,9`],
    `lists "${own}" in its RECORD without a digest that is SHA-256 or stronger`,
  ],
])('says what is wrong with a RECORD with %s', (_, lines, fault) => {
  expect(faultOf(lines)).toBe(fault);
});

test('says that there is none', () => {
  expect(recordFault(unpacked({ 'tiny.py': main }), folder)).toBe('holds no RECORD');
});

test('takes no file further down for a signature', () => {
  expect(faultOf([right], { 'tiny/RECORD.jws': 'x' })).toBe('holds "tiny/RECORD.jws", which is not in its RECORD');
});
