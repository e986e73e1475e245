import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { leaveOutRelativeHome } from './home-variable.ts';

test.each(['', '.', 'home', './home', '~'])('leaves out the home %j, which is no whole path', (home) => {
  const environment: NodeJS.ProcessEnv = { HOME: home, USERPROFILE: home, PATH: '/bin' };
  leaveOutRelativeHome(environment);
  expect(environment).toEqual({ PATH: '/bin' });
});

test('keeps a home that is a whole path', () => {
  const environment: NodeJS.ProcessEnv = { HOME: resolve('/home/ada') };
  leaveOutRelativeHome(environment);
  expect(environment).toEqual({ HOME: resolve('/home/ada') });
});

test.runIf(process.platform !== 'win32')(
  "reads no settings of npm from the current folder in place of the account's",
  async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '.npmrc'), 'proxy=http://proxy.invalid:3128/\n');
    const source = `
    import { homedir } from 'node:os';
    import { leaveOutRelativeHome } from ${JSON.stringify(join(import.meta.dirname, 'home-variable.ts'))};
    import { npmOptions } from ${JSON.stringify(join(import.meta.dirname, 'npm-config.ts'))};
    leaveOutRelativeHome(process.env);
    console.log(JSON.stringify([homedir(), String((await npmOptions()).proxy)]));
  `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', '--input-type=module-typescript', '--eval', source],
      { cwd: folder, env: { HOME: '.', PATH: process.env['PATH'] } },
    );
    const [home, proxy] = JSON.parse(stdout) as string[];
    expect(home).toBe(userInfo().homedir);
    expect(proxy).not.toContain('proxy.invalid');
  },
);
