import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { fuzz, report } from './fuzz.ts';

test(
  'no changed file is accepted with another meaning, and none ends in anything but a refusal',
  { timeout: 600_000 },
  async () => {
    // A sample: .ci/run runs `npm run fuzz` with ten times as many.
    const tallies = await fuzz(await temporaryFolder(), 2_000, 1);
    process.stdout.write(report(tallies));
    for (const { title, runs, ended } of tallies) {
      expect(runs).toBeGreaterThan(0);
      expect(ended.size, title).toBeGreaterThan(0);
    }
  },
);
