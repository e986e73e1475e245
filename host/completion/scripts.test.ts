import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { commands, program } from '../program.ts';
import { completionScripts } from './scripts.ts';

async function scriptOf(shell: string): Promise<string> {
  const file = join(await temporaryFolder(), shell);
  await writeFile(file, completionScripts.get(shell)?.(program.name, commands) ?? '');
  return file;
}

function answer(shell: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(shell, words, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
const names = commands.map(({ name }) => name);

test('there is a script for each shell that the command names', () => {
  expect([...completionScripts.keys()]).toEqual(commands.find(({ name }) => name === 'completion')?.actions);
});

/** What is offered for the last of these words. */
const cases: [typed: string[], offered: string[]][] = [
  [[''], [...names, 'help']],
  [['un'], ['uninstall']],
  [['help', 'cr'], ['credentials']],
  [
    ['audit', ''],
    ['show', 'verify', 'export', 'forward'],
  ],
  [['audit', 'show', '--fo'], ['--format']],
  [['audit', '--user', 'list', 'ex'], ['export']],
  [['list', '--tr'], ['--trust']],
  [['run', 'memory', '--ref'], ['--refresh']],
  [['completion', 'z'], ['zsh']],
];

describe('bash', () => {
  const completes =
    'source "$1"; shift; COMP_WORDS=(countersign "$@"); COMP_CWORD=$#; _countersign; printf "%s\\n" "${COMPREPLY[@]}"';

  test.each(cases)('completes %j', async (typed, offered) => {
    const found = answer('bash', ['-c', completes, 'bash', await scriptOf('bash'), ...typed]).split('\n');
    expect(found.filter((word) => word !== '' && !(typed.at(-1) === '' && word.startsWith('-')))).toEqual(offered);
  });

  test('offers nothing of its own for a value, or for what the server is given', async () => {
    const script = await scriptOf('bash');
    for (const typed of [
      ['audit', '--server', ''],
      ['list', '--trust', ''],
      ['run', 'memory', '--', '--'],
    ])
      expect(answer('bash', ['-c', completes, 'bash', script, ...typed])).toBe('\n');
  });

  test('parses', async () => {
    expect(answer('bash', ['-n', await scriptOf('bash')])).toBe('');
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  test.each(cases)('completes %j', async (typed, offered) => {
    const line = ['countersign', ...typed].join(' ');
    const found = answer('fish', ['--no-config', '-c', `source ${await scriptOf('fish')}; complete -C '${line}'`]);
    expect(
      found
        .trim()
        .split('\n')
        .map((each) => each.split('\t')[0]),
    ).toEqual(offered.toSorted());
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  test('takes the script, and completes the command with it', async () => {
    const script = await scriptOf('zsh');
    const words = 'autoload -U compinit; compinit -u -D; source $1; print $_comps[countersign]';
    expect(answer('zsh', ['-f', '-c', words, 'zsh', script])).toBe('_countersign\n');
  });
});
