import { expect, test } from 'vitest';
import { aManifest } from '../../../test/support/statements.ts';
import { exportedRegistry } from '../../../test/support/exported-folder.ts';
import type { Argument, Manifest } from '../../../schemas/types.ts';
import { launcherServerJson } from './server-json.ts';

const packageOf = (change: Partial<Manifest>): object | undefined =>
  launcherServerJson(aManifest(change), true, exportedRegistry).packages?.[0];

const argument = { description: 'What it is.', required: true } as const;

test.each<[string, Argument, readonly object[]]>([
  ['a fixed word', { type: 'fixed', value: '--stdio' }, []],
  ['what has a default', { ...argument, type: 'positional', name: 'mode', default: '${state}' }, []],
  ['what is optional', { type: 'positional', name: 'mode', description: 'How.' }, []],
  [
    'an option with a value',
    { ...argument, type: 'named', name: '--path', secret: true, choices: ['a', 'b'] },
    [
      {
        type: 'named',
        name: '--path',
        description: 'What it is.',
        isRequired: true,
        isSecret: true,
        choices: ['a', 'b'],
      },
    ],
  ],
  // As an argument with a name, clients would ask for its value.
  [
    'an option without one',
    { ...argument, type: 'named', name: '--yes', flag: true },
    [{ type: 'positional', value: '--yes' }],
  ],
])('of the arguments, the user of a client is asked for what must be given: %s', (_, given, asked) => {
  const words = asked.length === 0 ? undefined : [{ type: 'positional', value: '--' }, ...asked];
  expect((packageOf({ launch: { arguments: [given] } }) as { packageArguments?: object }).packageArguments).toEqual(
    words,
  );
});

test('of the variables, the user of a client is asked for what must be set', () => {
  const environment = [
    { name: 'TOKEN', description: 'From the vault.', required: true, secret: true },
    { name: 'MODE', description: 'How.' },
    { name: 'FILE', description: 'Where.', required: true, default: '${state}/file' },
  ];
  expect(packageOf({ launch: { environment } })).toMatchObject({
    environmentVariables: [{ name: 'TOKEN', description: 'From the vault.', isRequired: true, isSecret: true }],
  });
});

test('of an endpoint, the launcher is told what is no secret, and knows the rest', () => {
  const remote: Manifest['remote'] = {
    url: 'https://${region}.example.com/mcp',
    transport: 'sse',
    variables: [{ name: 'region', description: 'Which.', required: true, choices: ['eu', 'us'] }],
    headers: [
      { name: 'Authorization', description: 'A token.', required: true, secret: true },
      { name: 'X-Client', description: 'Ours.', value: 'countersign' },
    ],
  };
  expect(packageOf({ remote })).toMatchObject({
    packageArguments: [{ value: '--' }, { type: 'named', name: '--region', isRequired: true, choices: ['eu', 'us'] }],
  });
});

test.each([
  ['https://github.com/example/server', 'github'],
  ['https://gitlab.com/example/server', 'gitlab'],
  ['https://github.com.example.com/server', 'github.com.example.com'],
  ['https://git.example.com/server', 'git.example.com'],
])('names the forge of %s: %s', (repository, source) => {
  expect(launcherServerJson(aManifest({ repository }), true, exportedRegistry).repository).toEqual({
    url: repository,
    source,
  });
});
