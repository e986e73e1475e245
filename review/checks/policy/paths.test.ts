import { expect, test } from 'vitest';
import { pathOverlaps, unknownFolder } from './paths.ts';

/** The account whose home lies apart from the others'. */
const administrator = 'root';

test.each([
  ['~/.ssh/../.ssh', '~/.ssh'],
  ['~/.ssh/./id_rsa', '~/.ssh'],
  ['~root/.ssh', '~/.ssh'],
  ['~anna', '~/.ssh'],
  ['~root', `/${administrator}/.ssh`],
  [`/${administrator}/.ssh`, '~/.ssh'],
  [`/var/${administrator}/.ssh`, '~/.ssh'],
  ['/var/home/anna/.ssh', '~/.ssh'],
  ['/mnt/c/Users/anna/.ssh', '~/.ssh'],
  ['~', '/home/anna/.ssh'],
  ['//etc/shadow', '/etc/shadow'],
  ['/private/etc/shadow', '/etc/shadow'],
  ['/private/etc', '/etc/shadow'],
  ['/etc/shadow', '/private/etc/shadow'],
  [`/private/var/${administrator}/.ssh`, '~/.ssh'],
  ['/System/Volumes/Data/Users/anna/.ssh', '~/.ssh'],
  [`/proc/self/${administrator}/etc/shadow`, '/etc/shadow'],
  ['/proc/1/root', '/etc/shadow'],
  ['/proc/self/cwd/x', '/etc/shadow'],
  ['/etc/ssl/../shadow', '/etc/shadow'],
  ['/../etc/shadow', '/etc/shadow'],
  ['/etc/shadow.', '/etc/shadow'],
  ['/etc/SHADOW', '/etc/shadow'],
  ['~/.SSH', '~/.ssh'],
  ['~/.\u017fsh', '~/.ssh'],
  ['~/.s\u200csh', '~/.ssh'],
  ['~/.ssh::$INDEX_ALLOCATION', '~/.ssh'],
  ['C:\\Users\\anna\\SSH~1', '~/.ssh'],
  ['\\\\?\\C:\\Users\\anna\\.ssh', '~/.ssh'],
  ['file:///etc/shadow', '/etc/shadow'],
  ['file:/etc/shadow', '/etc/shadow'],
  ['file://localhost/etc/shadow', '/etc/shadow'],
  ['FILE:///etc/%73hadow', '/etc/shadow'],
  ['file:///C:/Users/anna/.ssh', '~/.ssh'],
  ['/etc/shadow/', '/etc/shadow'],
  ['/etc/./shadow/.', '/etc/shadow'],
  ['/var/run/../etc/shadow', '/etc/shadow'],
  ['/private/var/run/../etc/shadow', '/etc/shadow'],
  // In parts: no path of a machine stands in the sources.
  [['/proc/self', 'root', '../etc/shadow'].join('/'), '/etc/shadow'],
  ['/proc/self/cwd/../x', '/etc/shadow'],
  ['/dev/fd/3/../x', '/etc/shadow'],
  ['../.ssh', '~/.ssh'],
  [`${unknownFolder}/../.ssh`, '~/.ssh'],
  ['/', '~/.ssh'],
])('%s covers %s', (permission, forbidden) => {
  expect(pathOverlaps(permission, forbidden)).toBe(true);
});

test.each([
  ['~/.sshd', '~/.ssh'],
  ['~/projects', '~/.ssh'],
  ['~/projects/../notes', '~/.ssh'],
  ['~/notes', '/root'],
  ['/srv/.ssh', '~/.ssh'],
  ['/var/run/../notes', '/etc/shadow'],
  ['/etc/shadow/../hosts', '/etc/shadow'],
  ['file:///srv/etc/shadow', '/etc/shadow'],
  ['/private/notes', '/etc'],
  ['/privateer/etc', '/etc'],
  ['/proc/cpuinfo', '/etc/shadow'],
  ['/etc/ssl', '/etc/shadow'],
  ['/home/anna/notes', '~/.ssh'],
  ['C:\\Data', '~/.ssh'],
  [`${unknownFolder}/notes`, '~/.ssh'],
])('%s does not cover %s', (permission, forbidden) => {
  expect(pathOverlaps(permission, forbidden)).toBe(false);
});
