import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { readBucketAddress } from './bucket-address.ts';
import { openState } from './open-state.ts';

const now = new Date('2026-04-16T10:00:00Z');

test.each([
  ['', 'not nothing'],
  ['https://example.com/secret', 'not https:'],
  ['s3://', 'names no bucket'],
  ['s3://A_B/x', 'names no bucket'],
  ['s3://bucket/../x', 'is no prefix'],
  ['s3://bucket/a//b', 'is no prefix'],
  ['s3://bucket/a?regio=secret', 'no parameter regio (did you mean region?)'],
  ['s3://bucket/a?region=eu-central-1&region=secret', 'region once'],
  ['s3://bucket/a?region=secret', 'the region'],
  ['s3://bucket/a?endpoint=http://s3.example.com', 'no https address'],
  ['s3://bucket/a?retain-days=0', 'no number of days'],
])('refuses the address "%s", without showing what may be secret', async (address, words) => {
  const error: unknown = await openState(address, now).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'UsageError', message: expect.stringContaining(words) });
  expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('secret');
});

test.each([
  ['s3://bucket', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/a/b/?region=eu-central-1', { bucket: 'bucket', prefix: 'a/b/', region: 'eu-central-1' }],
  [
    's3://bucket/a?endpoint=https%3A%2F%2Fs3.example.com&retain-days=365',
    { bucket: 'bucket', prefix: 'a/', endpoint: 'https://s3.example.com', retainDays: 365 },
  ],
])('reads the address %s', (address, expected) => {
  expect(readBucketAddress(address)).toEqual(expected);
});

test('loads the AWS SDK for a bucket alone', async () => {
  const folder = await temporaryFolder();
  const script = `
    import { registerHooks } from 'node:module';
    let loaded = 0;
    registerHooks({ load: (url, its, next) => { loaded += Number(url.includes('@aws-sdk')); return next(url, its); } });
    const { openState } = await import(${JSON.stringify(join(import.meta.dirname, 'open-state.ts'))});
    await openState(${JSON.stringify(folder)}, new Date());
    const forFolder = loaded;
    await openState('s3://bucket/a?region=eu-central-1', new Date());
    process.stdout.write(JSON.stringify({ forFolder, forBucket: loaded > 0 }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual({ forFolder: 0, forBucket: true });
});
