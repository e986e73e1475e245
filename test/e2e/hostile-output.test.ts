/** Nothing that a server, a package or a manifest says becomes a command for the runner that a check runs on. */
import { expect, test } from 'vitest';
import type { FakePackage } from '../support/npm-registry.ts';
import { emptyRegistry } from '../support/tiny-registry.ts';
import { runnerCommands } from '../support/workflow-run.ts';

const hostile = '::error::forged\n  ::add-mask::a\r\n##[set-env name=PATH]b\u2028::warning::c';

const server: FakePackage = {
  name: 'tiny-server',
  version: '1.0.0',
  manifest: {
    license: hostile,
    description: hostile,
    bin: { 'tiny-server': 'index.js' },
    scripts: { postinstall: hostile },
  },
  files: {
    'index.js': `for (const say of [process.stderr, process.stdout]) say.write(${JSON.stringify(`${hostile}\n`)});\nprocess.exitCode = 1;\n`,
    'lib/a ##[group]b.js': 'eval(atob(text));\n',
  },
};

/** What the schema allows in one line. */
const valid =
  'launch: { environment: [{ name: KEY, description: "::error::x ##[group]y" }] }\npermissions: { environment: [KEY] }\n';
const invalid = `title: "##[group]x"
justification: ${JSON.stringify(hostile)}
launch:
  environment:
    - { name: KEY, description: ${JSON.stringify(hostile)}, default: ${JSON.stringify(hostile)} }
permissions:
  filesystem: { read: [${JSON.stringify(`/etc/shadow/../shadow/${hostile}`)}] }
`;

test('commands print no command for the runner, whatever a server, its package and its manifest say', async () => {
  const tiny = await emptyRegistry([server]);
  await tiny.write('servers/tiny.yaml', tiny.manifest('1.0.0', valid));
  await tiny.write('servers/other.yaml', tiny.manifest('1.0.0', invalid, 'other'));
  const said: string[] = [];
  for (const words of [
    ['lock', 'tiny', '--network'],
    ['lock', 'tiny', '--no-capture'],
    ['validate'],
    ['scan', '--all', '--no-capture'],
    ['outdated'],
    ['show', 'tiny'],
    ['lock', hostile],
    [hostile],
  ])
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await tiny.run(...words, ...json);
      expect([words, json, runnerCommands(stdout), runnerCommands(stderr)]).toEqual([words, json, [], []]);
      said.push(stdout, stderr);
    }
  // It was shown, only not as a command.
  expect(said.join('\n')).toMatch(/forged/u);
  expect(said.join('\n')).toContain('code-runs-decoded');
});
