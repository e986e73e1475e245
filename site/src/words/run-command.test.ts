import { expect, test } from 'vitest';
import type { Argument, Manifest } from '../../../schemas/types.ts';
import { keepCommands, neededVariables, runCommand } from './run-command.ts';

function manifest(launch: Manifest['launch'] & object): Manifest {
  return {
    name: 'files',
    version: '1.0.0',
    maintainer: 'a@example.com',
    description: 'Reads files.',
    scope: ['read:files'],
    data_classification: 'internal',
    lawful_basis: 'contract',
    reviewed_at: '2026-04-15',
    reviewers: ['a@example.com'],
    launch,
  };
}

test.each<[string, Argument[], string]>([
  ['no argument', [], ''],
  ['a fixed word', [{ type: 'fixed', value: '--stdio' }], ''],
  ['an optional word', [{ type: 'positional', name: 'project', description: 'Which.' }], ''],
  ['a default', [{ type: 'positional', name: 'project', description: 'Which.', required: true, default: 'a' }], ''],
  [
    'a repeated word',
    [{ type: 'positional', name: 'directory', description: 'Which.', required: true, repeated: true }],
    ' -- <directory>…',
  ],
  [
    'an option and a flag',
    [
      { type: 'named', name: '--site', description: 'Which.', required: true },
      { type: 'named', name: '--accept', description: 'Yes.', required: true, flag: true },
    ],
    ' -- --site <site> --accept',
  ],
])('shows what must follow for %s', (_, given, expected) => {
  expect(runCommand(manifest({ arguments: given }), 'production')).toBe(`countersign run files${expected}`);
});

test('names the trust file in development, before the arguments', () => {
  const needed: Argument = { type: 'positional', name: 'directory', description: 'Which.', required: true };
  expect(runCommand(manifest({ arguments: [needed] }), 'development')).toBe(
    'countersign run files --trust .registry/trust.json -- <directory>',
  );
});

test('asks only for variables that have no default, and for secrets apart', () => {
  const environment = [
    { name: 'ACCOUNT', description: 'Whose.', required: true },
    { name: 'TOKEN', description: 'Secret.', required: true, secret: true },
    { name: 'OTHER_TOKEN', description: 'Another one.', secret: true },
    { name: 'REGION', description: 'Where.', required: true, default: 'eu' },
    { name: 'DEBUG', description: 'Noise.' },
  ];
  expect(neededVariables(manifest({ environment }))).toEqual(['ACCOUNT']);
  expect(keepCommands(manifest({ environment }), 'production')).toEqual(['countersign credentials set files TOKEN']);
});

test('asks for what an endpoint needs: words for what everybody may read, and secrets apart', () => {
  const { launch: _, ...described } = manifest({});
  const header = { name: 'X-Team', description: 'Whose.', required: true };
  const remote = { url: 'https://mcp.example.com/${region}', transport: 'sse' as const };
  const region = { name: 'region', description: 'Where.', required: true };
  const endpoint: Manifest = {
    ...described,
    remote: {
      ...remote,
      headers: [header, { ...header, name: 'X-Mode', value: 'plain' }, { ...header, name: 'X-Size', default: 'all' }],
      variables: [region],
    },
  };
  expect(runCommand(endpoint, 'production')).toBe('countersign run files -- --region <region> --X-Team <X-Team>');
  expect(keepCommands(endpoint, 'production')).toEqual([]);
  const secret: Manifest = { ...described, remote: { ...remote, headers: [{ ...header, secret: true }] } };
  expect(runCommand(secret, 'production')).toBe('countersign run files');
  expect(keepCommands(secret, 'production')).toEqual(['countersign credentials set files X_Team']);
});
