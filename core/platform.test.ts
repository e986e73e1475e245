import { expect, test } from 'vitest';
import { thisPlatform } from './platform.ts';

test('knows the platform that it runs on', () => {
  const platform = thisPlatform();
  expect(platform).toMatchObject({ os: process.platform, cpu: process.arch });
  expect('libc' in platform).toBe(process.platform === 'linux');
});
