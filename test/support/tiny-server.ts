/** A small MCP server as npm packages: one bin, one dependency, one tool, and an answer that depends on both. */
import type { Artefact } from '../../schemas/types.ts';
import type { FakePackage } from './npm-registry.ts';

const source = (greeting: string): string => `#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { shout } from 'tiny-shout';
const tool = { name: 'greet', description: 'Greets somebody.', inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } };
const results = {
  initialize: () => ({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'tiny', version: '1' } }),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': ({ arguments: { name } }) => ({ content: [{ type: 'text', text: shout('${greeting} ' + name) }] }),
  // What it says of how it was started: an answer that passes as it is.
  ping: () => ({ environment: process.env, arguments: process.argv.slice(2), folder: process.cwd() }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: results[method](params) }) + '\\n');
});
`;

const shout: FakePackage = {
  name: 'tiny-shout',
  version: '1.0.0',
  manifest: { type: 'module', main: 'index.js', license: 'MIT' },
  files: {
    'index.js': 'export const shout = (text) => text.toUpperCase() + "!";\n',
    'lib/deep/note.txt': 'a nested file\n',
  },
};

/** `tiny-server` 1.0.0 and 1.1.0, and what they load. */
export const tinyPackages: readonly FakePackage[] = [
  shout,
  ...['1.0.0', '1.1.0'].map((version) => ({
    name: 'tiny-server',
    version,
    manifest: {
      type: 'module',
      license: 'MIT',
      bin: { 'tiny-server': 'index.js' },
      dependencies: { 'tiny-shout': '^1.0.0' },
    },
    files: { 'index.js': source(version === '1.0.0' ? 'hello' : 'good day') },
  })),
];

/** Its manifest, with lines of one's own at its end. */
export const tinyManifest = (sha256: string, version = '1.0.0', more = '', name = 'tiny'): string =>
  smallManifest(name, version, { url: `npm:tiny-server@${version}`, sha256 }, more);

/** The same of a server that is another artefact. */
export const smallManifest = (name: string, version: string, { url, sha256 }: Artefact, more = ''): string =>
  `name: ${name}
version: '${version}'
maintainer: team@example.com
description: Greets people, to show that it runs.
license: MIT
scope: [read:nothing]
data_classification: public
lawful_basis: contract
reviewed_at: 2026-11-01
reviewers: [team@example.com]
artefact:
  url: ${url}
  sha256: ${sha256}
${more}`;

/** The tiny server under another name, with another tool. */
export const packageLike = (name: string, tool: string, about: string): FakePackage[] =>
  tinyPackages
    .filter((each) => each.name === 'tiny-server' && each.version === '1.0.0')
    .map((each) => ({
      ...{ ...each, name, manifest: { ...each.manifest, bin: { [name]: 'index.js' } } },
      files: Object.fromEntries(
        Object.entries(each.files ?? {}).map(([path, text]) => [
          path,
          text.replace("'greet'", `'${tool}'`).replace('Greets somebody.', about),
        ]),
      ),
    }));
