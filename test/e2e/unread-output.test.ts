import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

const programs: Readonly<Record<string, string>> = {
  countersign: join(root, 'host', 'bin', 'countersign.js'),
  registry: join(root, 'scripts', 'registry.js'),
};

/** What a command writes to its error output, and its exit code behind that, where its output goes to a place of a shell. */
function ended(command: string, to: string): string {
  const [name = '', ...words] = command.split(' ');
  const whole = `"$1" "$2" ${words.join(' ')} ${to}; echo "exit \${PIPESTATUS[0]}" >&2`;
  const { stderr } = spawnSync('bash', ['-c', whole, 'bash', process.execPath, programs[name] ?? ''], {
    encoding: 'utf8',
    cwd: root,
  });
  return stderr;
}

test.runIf(process.platform === 'linux').each([
  ['countersign --help', 0],
  ['countersign --json --help', 0],
  ['countersign lst --json', 2],
  ['registry --help', 0],
  ['registry show nothing-there --json', 2],
])('%s ends with its own code where nobody reads what it prints', (command, code) => {
  // What ends at once reads none of it.
  const said = ended(command, '| true');
  expect(said).not.toMatch(/EPIPE|unexpected|writeSync/u);
  expect(said).toContain(`exit ${code}`);
});

test.runIf(process.platform === 'linux').each(['countersign --help', 'countersign --json --help'])(
  '%s says that a full disk takes no output',
  (command) => {
    expect(ended(command, '> /dev/full')).toBe(
      'countersign: not-printed: the output cannot be written (ENOSPC)\n' +
        '  free some space where it goes, and run the command again\nexit 1\n',
    );
  },
);
