import { expect, test } from 'vitest';
import { readSyftAnswer } from './syft-answer.ts';

const bash = { type: 'deb', name: 'bash', version: '5.2.15-2+b7', purl: 'pkg:deb/debian/bash@5.2.15-2' };
const read = (value: unknown) => readSyftAnswer(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

test('reads packages, the system, and which syft it was', () => {
  const more = { locations: [{ path: '/var/lib/dpkg/status' }], cpes: [] };
  expect(
    read({
      artifacts: [
        { ...bash, ...more },
        { type: 'binary', name: 'node', version: '' },
      ],
      distro: { id: 'debian', versionID: '12' },
      descriptor: { name: 'syft', version: '1.57.1' },
    }),
  ).toEqual({
    by: 'syft 1.57.1',
    system: { id: 'debian', version: '12' },
    packages: [bash, { type: 'binary', name: 'node', version: '', purl: '' }],
  });
});

test('a system that is not known, and a syft that does not know its own version, are left out', () => {
  const empty = { by: 'syft', packages: [] };
  expect(read({ artifacts: [], distro: {}, descriptor: { version: '[not provided]' } })).toEqual(empty);
  expect(read({ artifacts: [] })).toEqual(empty);
  expect(read({ artifacts: [], distro: { id: 'wolfi' } })).toMatchObject({ system: { id: 'wolfi', version: '' } });
});

test.each<[string, unknown, string]>([
  ['nothing', '', 'is not JSON'],
  ['half of it', '{"artifacts": [', 'is not JSON'],
  ['a key twice', '{"artifacts": [], "artifacts": []}', 'is not JSON'],
  ['a list', [], 'is not an object'],
  ['no packages', {}, 'lists no packages'],
  ['an object of packages', { artifacts: {} }, 'lists no packages'],
  ['too many packages', { artifacts: Array.from({ length: 20_001 }, () => bash) }, 'lists more than 20000 packages'],
  ['a text for a package', { artifacts: ['bash'] }, 'lists what is no package'],
  ['a number for a name', { artifacts: [{ ...bash, name: 5 }] }, 'has no text for the name of a package'],
  ['no name', { artifacts: [{ ...bash, name: '' }] }, 'lists a package without a name or a type'],
  ['no version', { artifacts: [{ ...bash, version: null }] }, 'has no text for the version of a package'],
  ['a long name', { artifacts: [{ ...bash, name: 'x'.repeat(1_001) }] }, 'has 1001 characters for the name'],
  ['a list for a system', { artifacts: [], distro: { id: [] } }, 'has no text for an operating system'],
])('takes %s for no answer', (_, value, message) => {
  expect(() => read(value)).toThrow(
    expect.objectContaining({ name: 'SyftError', message: expect.stringContaining(message) }),
  );
});
