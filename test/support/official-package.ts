/** The server of the official SDK as an npm package of one file. */
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FakePackage } from './npm-registry.ts';

const source = `import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { officialServer } from ${JSON.stringify(join(import.meta.dirname, 'official-server.ts'))};
const state = { changed: false };
serveStdio(() => officialServer(state));
`;

/** By each name the same; it speaks over its standard input and output. */
export async function officialPackages(names: readonly string[]): Promise<FakePackage[]> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    ...{ bundle: true, platform: 'node', format: 'esm', write: false, logLevel: 'error' },
  });
  return names.map((name) => ({
    name,
    version: '1.0.0',
    manifest: { type: 'module', license: 'MIT', bin: { [name]: 'index.js' } },
    files: { 'index.js': `#!/usr/bin/env node\n${outputFiles?.[0]?.text ?? ''}` },
  }));
}
