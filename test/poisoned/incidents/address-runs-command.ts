import { dependency, type Incident } from '../../support/incident.ts';

const index = `const { connect } = require('mcp-remote');\nexports.start = (url) => connect(url);\n`;
const bridge = 'exports.connect = (url) => fetch(url);\n';
const at = (version: string): { readonly dependencies: Readonly<Record<string, string>> } => ({
  dependencies: { 'mcp-remote': version },
});

export const incident: Incident = {
  title: 'An address that runs a command',
  happened: `In July 2025 JFrog described CVE-2025-6514: mcp-remote, a bridge that many clients start for remote servers, opened
the address that a server names as its authorization_endpoint. A server could name an address that the shell of Windows carries
out as a command. Versions from 0.0.5 to 0.1.15 have the flaw. Nobody meant harm: the code is honest and wrong, and what names the
address is outside. Flaws of the same kind were found in 2025 and 2026 in other helpers for OAuth and in servers that put a text
into a command.`,
  server: 'bridge',
  approved: {
    files: { 'index.js': index },
    package: at('0.1.16'),
    loads: [dependency('mcp-remote', '0.1.16', { 'index.js': bridge })],
  },
  advisories: [
    {
      schema_version: '1.7.0',
      id: 'CVE-2025-6514',
      modified: '2026-11-01T00:00:00Z',
      summary: 'Runs a command that a server names as its authorization endpoint.',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'mcp-remote' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0.0.5' }, { fixed: '0.1.16' }] }],
        },
      ],
      database_specific: { severity: 'CRITICAL' },
    },
  ],
  attacks: [
    {
      title: 'a release that loads a version with the known flaw',
      change: { package: at('0.1.15'), loads: [dependency('mcp-remote', '0.1.15', { 'index.js': bridge })] },
      verdict: 'blocked',
      finds: ['block advisory'],
    },
    {
      title: 'a release that brings the version with the flaw in its own files',
      change: {
        files: {
          'node_modules/mcp-remote/package.json': JSON.stringify({
            name: 'mcp-remote',
            version: '0.1.15',
            license: 'MIT',
          }),
          'node_modules/mcp-remote/index.js': bridge,
        },
        package: { ...at('0.1.15'), bundleDependencies: ['mcp-remote'] },
      },
      verdict: 'blocked',
      finds: ['block advisory'],
    },
    {
      title: 'a release with a flaw of the same kind that nobody has reported',
      change: {
        files: {
          'login.js': `const { exec } = require('child_process');
exports.login = async (server) => {
  const { authorization_endpoint: address } = await (await fetch(server + '/.well-known/oauth-authorization-server')).json();
  exec('xdg-open ' + address);
};
`,
        },
        package: { exports: { '.': './index.js', './login': './login.js' } },
      },
      verdict: 'needs a person',
      finds: ['review code-command-received'],
    },
  ],
  nearMisses: [
    {
      title: 'a release that opens such an address without a shell',
      change: {
        files: {
          'login.js': `const { execFile } = require('child_process');
exports.login = async (server) => {
  const { authorization_endpoint: address } = await (await fetch(server + '/.well-known/oauth-authorization-server')).json();
  execFile('xdg-open', [new URL(address).href]);
};
`,
        },
        package: { exports: { '.': './index.js', './login': './login.js' } },
      },
      verdict: 'may be merged',
      finds: [],
    },
    {
      title: 'a release that loads the version in which it is fixed',
      change: {
        package: at('0.1.17'),
        loads: [dependency('mcp-remote', '0.1.17', { 'index.js': `${bridge}exports.version = 17;\n` })],
      },
      verdict: 'may be merged',
      finds: [],
    },
  ],
  unseen: [
    {
      title: 'a release with such a flaw, in which objects hand the address on',
      change: {
        files: {
          'login.js': `const { exec } = require('child_process');
class Login {
  async ask(server) {
    this.found = await (await fetch(server + '/.well-known/oauth-authorization-server')).json();
  }
  open() {
    exec('xdg-open ' + this.found.authorization_endpoint);
  }
}
exports.login = new Login();
`,
        },
        package: { exports: { '.': './index.js', './login': './login.js' } },
      },
      verdict: 'may be merged',
      finds: [],
      gap: 'follow what was received over the network through the fields and methods of objects',
      defence:
        'main is scanned again with new advisories each day, and a revocation stops the version once the flaw is known',
    },
  ],
  limit:
    'A fault that nobody has reported. Advisories name what is known, a rule follows an answer to a shell only within one file, and honest code can be wrong in ways that no pattern shows.',
};
