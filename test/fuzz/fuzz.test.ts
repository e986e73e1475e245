import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { fuzz, report } from './fuzz.ts';

test(
  'no changed file is accepted with another meaning, and none ends in anything but a refusal',
  { timeout: 600_000 },
  async () => {
    const tallies = await fuzz(await temporaryFolder(), 20_000, 1);
    process.stdout.write(report(tallies));
    for (const { title, runs, ended } of tallies) {
      expect(runs).toBeGreaterThan(0);
      expect(ended.size, title).toBeGreaterThan(0);
    }
  },
);
