import { expect, test } from 'vitest';
import { placeholderFor } from './placeholder.ts';

const home = '/home/sandbox';

test.each([
  ['API_KEY', 'placeholder'],
  ['--api-key', 'placeholder'],
  ['DATABASE_URL', 'postgresql://placeholder:placeholder@localhost/placeholder'],
  ['database_url', 'postgresql://placeholder:placeholder@localhost/placeholder'],
  ['POSTGRES_CONNECTION_STRING', 'postgresql://placeholder:placeholder@localhost/placeholder'],
  ['MDB_MCP_CONNECTION_STRING', 'postgresql://placeholder:placeholder@localhost/placeholder'],
  ['MONGODB_URI', 'mongodb://placeholder:placeholder@localhost/placeholder'],
  ['MYSQL_URL', 'mysql://placeholder:placeholder@localhost/placeholder'],
  ['REDIS_URL', 'redis://localhost:6379'],
  ['JIRA_BASE_URL', 'https://placeholder.example.com'],
  ['apiEndpoint', 'https://placeholder.example.com'],
  ['MYSQL_HOST', 'placeholder.example.com'],
  ['MYSQL_PORT', '8080'],
  ['USER_EMAIL', 'placeholder@example.com'],
  ['--root-dir', home],
  ['AZURE_TENANT_ID', '00000000-0000-4000-8000-000000000000'],
])('replaces %s by a value of the same form', (name, value) => {
  expect(placeholderFor({ name }, home)).toBe(value);
});

test('uses the placeholder in the manifest, or else the first choice, or else a path', () => {
  const input = { name: 'API_URL', choices: ['eu', 'us'], format: 'filepath' } as const;
  expect(placeholderFor({ ...input, placeholder: 'sk-x' }, home)).toBe('sk-x');
  expect(placeholderFor(input, home)).toBe('eu');
  expect(placeholderFor({ name: 'API_URL', format: 'filepath' }, home)).toBe(home);
});

test.each(['--db-path', 'database_file', 'SQLITE_PATH', 'db'])(
  'gives a file for the database %s, not a folder',
  (name) => {
    expect(placeholderFor({ name, format: 'filepath' }, home)).toBe('/home/sandbox/placeholder.db');
  },
);

test('gives a number and a truth value where one is asked for', () => {
  expect(placeholderFor({ name: 'PORT', format: 'number' }, home)).toBe('8080');
  expect(placeholderFor({ name: 'API_URL', format: 'number' }, home)).toBe('1');
  expect(placeholderFor({ name: 'PORT', format: 'boolean' }, home)).toBe('true');
});
