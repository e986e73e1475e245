import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { openReviewTools, type ToolOptions } from './open-tools.ts';

test('a review without a search path for programs starts no syft, though it is installed', async () => {
  const folder = await temporaryFolder();
  const syft = join(folder, 'syft');
  await writeFile(syft, '#!/bin/sh\n');
  await chmod(syft, 0o755);
  const open = (more: Pick<ToolOptions, 'programs'>) =>
    openReviewTools({
      moment: new Date('2026-11-20T00:00:00Z'),
      servers: [],
      known: undefined as never,
      resolver: {} as never,
      advisories: undefined as never,
      workspace: { cache: folder } as never,
      ...more,
    }).syft;
  expect(open({})).toBeUndefined();
  expect(open({ programs: '/nowhere' })).toBeUndefined();
  expect(open({ programs: folder })).toBeTypeOf('function');
});
