import { expect, test } from 'vitest';
import { osvVersionOf } from './ecosystems.ts';
import type { SyftPackage } from './syft-answer.ts';

const debian = { id: 'debian', version: '12' };
const alpine = { id: 'alpine', version: '3.20.3' };
const deb = { type: 'deb', name: 'libssl3', version: '3.0.11-1~deb12u2', purl: 'pkg:deb/debian/libssl3@3.0.11' };
const apk = { type: 'apk', name: 'libcrypto3', version: '3.3.2-r0', purl: 'pkg:apk/alpine/libcrypto3@3.3.2-r0' };
const go = { type: 'go-module', name: 'golang.org/x/net', version: 'v0.1.0', purl: 'pkg:golang/golang.org/x/net' };

test.each<[string, SyftPackage, typeof debian | undefined, string, string, string]>([
  ['a package of Debian', deb, debian, 'Debian:12', 'libssl3', '3.0.11-1~deb12u2'],
  [
    'its source',
    { ...deb, purl: `${deb.purl}?arch=amd64&upstream=openssl` },
    debian,
    'Debian:12',
    'openssl',
    deb.version,
  ],
  ['a source of another version', { ...deb, purl: 'x?upstream=a%403.0-1#x' }, debian, 'Debian:12', 'a', '3.0-1'],
  [
    'a package of Alpine',
    { ...apk, purl: `${apk.purl}?upstream=openssl` },
    alpine,
    'Alpine:v3.20',
    'openssl',
    apk.version,
  ],
  ['a module of Go', go, undefined, 'Go', go.name, '0.1.0'],
  ["Go's own library", { ...go, name: 'stdlib', version: 'go1.22.1' }, alpine, 'Go', 'stdlib', '1.22.1'],
])('names %s as OSV does', (_, each, system, ecosystem, name, version) => {
  expect(osvVersionOf(each, system)).toEqual({ package: { ecosystem, name }, version });
});

test.each<[string, SyftPackage, typeof debian | undefined]>([
  ['a system that is not known', deb, undefined],
  ['another distribution', deb, { id: 'ubuntu', version: '22.04' }],
  ['a Debian without a number', deb, { id: 'debian', version: '' }],
  ['a Debian that is none', deb, { id: 'debian', version: '12/../npm' }],
  ['a package of Debian in Alpine', deb, alpine],
  ['an Alpine without a branch', apk, { id: 'alpine', version: '3.21.0_alpha20240923' }],
  ['a program', { ...go, type: 'binary', name: 'node', version: '22.0.0' }, debian],
  ['a program of no version', { ...go, version: 'UNKNOWN' }, debian],
  ['a name with a line in it', { ...go, name: 'a\nb' }, debian],
  ['a source that hides', { ...deb, purl: 'x?upstream=%E2%80%AE' }, debian],
])('names nothing for %s', (_, each, system) => {
  expect(osvVersionOf(each, system)).toBeUndefined();
});
