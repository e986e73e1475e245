import type { Incident } from '../../support/incident.ts';

const index = `exports.parse = (text) => text.split(',');\n`;

export const incident: Incident = {
  title: 'A package that changed hands',
  happened: `Packages are given away, sold and stolen. In June 2024 the new owner of polyfill.io served harmful code to the sites
that used it (Sansec). In 2024 it became known how "Jia Tan" had earned the rights to release xz-utils in two years of helpful
work. Accounts whose mail domain has expired are taken over by the person who buys the domain. After each of these, the first release
looks like any other, except for the account that published it.`,
  server: 'tables',
  approved: { files: { 'index.js': index }, publisher: 'anna' },
  attacks: [
    {
      title: 'a release by an account that published none before',
      change: { publisher: 'boris', files: { 'index.js': `${index}exports.first = (text) => text.split(',')[0];\n` } },
      verdict: 'needs a person',
      finds: ['review new-publisher'],
    },
    {
      title: 'the same, two days old',
      change: { publisher: 'boris', publishedAt: '2026-11-18T12:00:00.000Z' },
      verdict: 'blocked',
      finds: ['block cooldown', 'review new-publisher'],
    },
    {
      title: 'a release under another licence than before',
      change: { publisher: 'anna', package: { license: 'LicenseRef-Commercial' } },
      verdict: 'blocked',
      finds: ['block package-license'],
    },
  ],
  nearMisses: [
    {
      title: 'a release by the account that published the one before',
      change: {
        publisher: 'anna',
        files: { 'index.js': `${index}exports.last = (text) => text.split(',').at(-1);\n` },
      },
      verdict: 'may be merged',
      finds: [],
    },
  ],
  unseen: [
    {
      title: 'a release by the same account in other hands',
      change: {
        publisher: 'anna',
        files: { 'index.js': `exports.parse = (text) => text.split(',').filter((word) => word !== 'audit');\n` },
      },
      verdict: 'may be merged',
      finds: [],
      defence:
        'the cooldown gives the real owner days to notice; a reviewer who reads the changed files, which the page names; a revocation stops the version',
    },
  ],
  limit:
    'Who sits behind an account. A person with the password and the second factor of a maintainer is the maintainer to every registry.',
};
