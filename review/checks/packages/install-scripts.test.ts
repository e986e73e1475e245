import { expect, test } from 'vitest';
import type { Policy } from '../../../schemas/types.ts';
import { aPart, aPolicy } from '../../../test/support/statements.ts';
import type { InstallScript } from '../code/report.ts';
import { checkInstallScripts, lockedForEachSystem, type ScriptedPackage } from './install-scripts.ts';

const locked = aPart('sample', '1.0.0', { hasInstallScript: true });

const script = (kind: InstallScript['kind']): InstallScript => ({
  commands: ['node install.js'],
  isDeclared: true,
  kind,
  isBuilt: false,
});

const levelOf = (
  change: Partial<ScriptedPackage>,
  scripts: Policy['packages']['install_scripts'] = 'deny',
): string | undefined =>
  checkInstallScripts(
    [{ locked, script: script('unknown'), isHidden: false, ...change }],
    aPolicy({ packages: { cooldown_days: 0, install_scripts: scripts } }),
  )[0]?.level;

test.each<[string, Partial<ScriptedPackage>, string]>([
  ['a build that nothing shows to be needless', { script: script('build') }, 'review'],
  ['a build without which the package works', { script: script('build'), worksWithout: 'it is optional' }, 'note'],
  ['a script that changes nothing', { script: script('quiet'), worksWithout: 'it changes nothing' }, 'note'],
  ['another script', {}, 'review'],
  ['another script without which the package works', { worksWithout: 'it is optional' }, 'note'],
  ['a script that fetches', { script: script('fetches') }, 'block'],
  ['a script that fetches, for a server that works', { script: script('fetches'), worksWithout: 'it works' }, 'block'],
  ['a script that fetches what is locked', { script: script('fetches'), worksWithout: lockedForEachSystem }, 'review'],
  ['a script that the registry hides', { script: script('quiet'), isHidden: true, worksWithout: 'it works' }, 'block'],
])('judges %s', (_, change, level) => {
  expect(levelOf(change)).toBe(level);
});

test('blocks a script that was not scanned', () => {
  const [found] = checkInstallScripts([{ locked, isHidden: false }], aPolicy());
  expect(found).toMatchObject({ level: 'block', message: expect.stringContaining('was not scanned') });
});

test.each([
  ['deny', 'block'],
  ['review', 'review'],
  ['allow', undefined],
] as const)('judges a script that fetches, where the policy says %s', (scripts, level) => {
  expect(levelOf({ script: script('fetches') }, scripts)).toBe(level);
});

test('shows the commands, and says that hosts never run them', () => {
  const [found] = checkInstallScripts([{ locked, script: script('build'), isHidden: false }], aPolicy());
  expect(found?.message).toBe('sample@1.0.0 runs code when it is installed ("node install.js"); hosts never run it');
});
