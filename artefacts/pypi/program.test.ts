import { expect, test } from 'vitest';
import { aManifest } from '../../test/support/statements.ts';
import { tinyPythonLock, pythonRest, pythonRoot } from '../../test/support/python-lock.ts';
import { programOf } from '../kinds.ts';
import type { LaunchProblem, Program } from '../launch/program.ts';

function program(scripts: Record<string, string> | undefined, command?: string): Program | LaunchProblem {
  const { scripts: _, ...rest } = Object.values(pythonRoot().wheels)[0] ?? {};
  const root = pythonRoot();
  const [file = ''] = Object.keys(root.wheels);
  const wheel = { ...rest, ...(scripts !== undefined && { scripts }) } as (typeof root.wheels)[string];
  const lock = tinyPythonLock([{ ...root, wheels: { [file]: wheel } }, ...pythonRest]);
  return programOf(aManifest(command === undefined ? {} : { launch: { command } }), lock, 'linux');
}

test('calls the only script, or the one that the manifest names', () => {
  expect(program({ tiny: 'tiny.cli:main' })).toEqual({ runs: 'python', module: 'tiny.cli', call: 'main' });
  expect(program({ a: 'a:main', b: 'b:App.run' }, 'b')).toEqual({ runs: 'python', module: 'b', call: 'App.run' });
});

test.each<[string, Record<string, string> | undefined, string | undefined, string]>([
  ['two scripts and no command', { a: 'a:main', b: 'b:main' }, undefined, 'has 2 scripts, not one: a, b'],
  ['no script', undefined, undefined, 'has 0 scripts, not one'],
  ['a command that is no script', { tiny: 'tiny:main' }, 'tinny', 'has no script tinny (did you mean tiny?)'],
  ['a command that every object has', { tiny: 'tiny:main' }, 'constructor', 'has no script constructor'],
])('says of a package with %s what to do', (_, scripts, command, message) => {
  expect(program(scripts, command)).toMatchObject({
    message: expect.stringContaining(`pypi:tiny-server==1.0.0 ${message}`),
    remedy: expect.stringContaining('launch.command'),
  });
});
