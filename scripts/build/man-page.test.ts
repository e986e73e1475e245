import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commands, program } from '../../host/program.ts';
import { manPage } from './man-page.ts';

const page = manPage(program, commands);

test('has a section for each command, with the options of its own', () => {
  expect(page.split('\n')[0]).toBe(`.TH COUNTERSIGN 1 "" "countersign ${program.version}"`);
  expect(page.match(/^\.SS .*$/gmu)).toEqual(commands.map(({ name }) => `.SS ${name}`));
  for (const { options = {} } of commands)
    for (const name of Object.keys(options)) expect(page).toContain(`\n.B \\-\\-${name}`);
});

test('takes no text for a macro or an escape', () => {
  const strange = { ...program, description: '.so /etc/passwd \\n and -x.' };
  expect(manPage(strange, [])).toContain('\ncountersign \\- \\&.so /etc/passwd \\en and \\-x\n');
});

const groff = spawnSync('groff', ['--version']).status === 0;

test.skipIf(!groff)('is shown without a warning', () => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-Tascii', '-ww', '-P-c'], { input: page, encoding: 'utf8' });
  expect(stderr).toBe('');
  const shown = stdout.replaceAll(/.\u0008/gu, '');
  expect(shown).toContain('countersign run <name[@version]> [options] [-- args...]');
  expect(shown).toMatch(/--trust <file>\n +the trust config of your registry\n/u);
});
