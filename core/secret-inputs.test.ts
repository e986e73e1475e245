import { expect, test } from 'vitest';
import { credentialOf, secretInputs } from './secret-inputs.ts';

const remote = {
  url: 'https://mcp.example.com/v1',
  transport: 'streamable-http' as const,
  headers: [
    { name: 'Authorization', description: 'Who asks.', value: 'Bearer ${team-token}' },
    { name: 'X-API-Key', description: 'A key.', secret: true, required: true },
    { name: 'X-Mode', description: 'How.' },
  ],
  variables: [{ name: 'team-token', description: 'A token.', secret: true }],
};
const credentials = [
  { header: 'authorization', source: 'The vault.', scope: 'Read.' },
  { header: 'X-API-Key', source: 'The portal.', scope: 'Read.' },
  { environment: 'TOKEN', source: 'The desk.', scope: 'Read.' },
];

test('finds the secrets of headers, of what stands in them, and of variables, by names that variables may have', () => {
  expect(secretInputs({ remote })).toEqual([
    { name: 'X_API_Key', description: 'A key.', required: true },
    { name: 'team_token', description: 'A token.', required: false },
  ]);
  expect(secretInputs({ launch: { environment: [{ name: 'TOKEN', description: 'A token.', secret: true }] } })).toEqual(
    [{ name: 'TOKEN', description: 'A token.', required: false }],
  );
});

test('says where each comes from', () => {
  const source = (name: string): string | undefined => credentialOf({ credentials, remote }, name)?.source;
  expect([source('team_token'), source('X_API_Key'), source('TOKEN'), source('OTHER')]).toEqual([
    ...['The vault.', 'The portal.', 'The desk.', undefined],
  ]);
});
