import { expect, test } from 'vitest';
import { sha256 } from '../core/digest.ts';
import type { PackageFile } from '../artefacts/archives/tarball.ts';
import { namesSecret } from './hint-names.ts';
import { hintsOf, type PackageHints } from './package-hints.ts';

const hints = (files: Readonly<Record<string, string>>): PackageHints =>
  hintsOf(
    Object.entries(files).map(([path, text]): PackageFile => ({
      path,
      executable: false,
      sha256: sha256(text),
      content: Buffer.from(text),
    })),
    '@example/notes-mcp',
  );

const named = ({ variables }: PackageHints): string[] =>
  variables.map(({ name, secret, required }) => `${name}${secret ? ' secret' : ''}${required ? ' required' : ''}`);

test('uses what server.json says about the package', () => {
  const server = {
    packages: [
      { identifier: '@example/other', environmentVariables: [{ name: 'OTHER_KEY' }] },
      {
        identifier: '@example/notes-mcp',
        environmentVariables: [
          { name: 'NOTES_TOKEN', description: 'Made in\n the settings.', isRequired: true, isSecret: true },
          { name: 'NOTES_REGION', format: 'string' },
          { name: 'NOTES_LIMIT', format: 'number' },
        ],
        packageArguments: [
          { type: 'positional', value: 'serve' },
          { type: 'positional', valueHint: 'folder', isRequired: true, format: 'filepath' },
          { type: 'named', name: '--url' },
        ],
      },
    ],
  };
  const found = hints({ 'server.json': JSON.stringify(server) });
  expect(named(found)).toEqual(['NOTES_TOKEN secret required', 'NOTES_REGION', 'NOTES_LIMIT']);
  expect(found.variables.map(({ format }) => format)).toEqual([undefined, undefined, 'number']);
  expect(found.variables[0]?.description).toBe('Made in the settings.');
  expect(found.arguments).toEqual([
    { name: 'serve', fixed: 'serve', required: true },
    { name: 'folder', required: true, format: 'filepath' },
    { name: '--url', required: false },
  ]);
});

test.each([
  '{',
  '[]',
  '{"packages":{}}',
  '{"packages":[null,{"identifier":"@example/notes-mcp","environmentVariables":1}]}',
])('ignores the server.json %s', (text) => {
  expect(hints({ 'server.json': text })).toEqual({ variables: [], arguments: [], hosts: [] });
});

test('finds the variables of a configuration in the README, and those that both the code and the README name', () => {
  const readme = `Set \`NOTES_URL\`.\n\n    { "env": { "NOTES_TOKEN": "ntn_****", "PATH": "x", "NODE_OPTIONS": "x" } }\n\n    docker run -e NOTES_REGION x`;
  const code = 'const { env } = process; env.NOTES_URL; process.env["NOTES_HIDDEN"]; process.env.HOME';
  expect(named(hints({ 'README.md': readme, 'dist/index.js': code }))).toEqual([
    'NOTES_TOKEN secret',
    'NOTES_REGION',
    'NOTES_URL',
  ]);
});

test('finds the credentials that the code reads if there is no README', () => {
  const code = 'process.env.NOTES_API_KEY; process.env.NOTES_COLOUR';
  const files = { 'index.js': code, 'node_modules/x/index.js': 'process.env.X_API_KEY' };
  expect(named(hints(files))).toEqual(['NOTES_API_KEY secret']);
});

test('uses the arguments of the shortest configuration in the README', () => {
  const readme = `
    "args": ["-y", "@example/other", "--no"]
    "args": ["-y", "@example/notes-mcp@latest", "serve", "--api-key", "YOUR_API_KEY", "--mode=fast", "--verbose", "--more"]
    "args": ["-y", "@example/notes-mcp", "serve", "--api-key", "<key>", "--mode=fast", "/path/to/notes"]`;
  expect(hints({ 'README.md': readme }).arguments).toEqual([
    { name: 'serve', fixed: 'serve', required: true },
    { name: '--api-key', required: true },
    { name: '--mode=fast', fixed: '--mode=fast', required: true },
    { name: 'path', required: true },
  ]);
});

test('names only the services in its own code', () => {
  const code = `'https://api.notes.com/v1' 'https://eu.api.notes.com' 'https://notes.com' 'https://api.example.com'`;
  expect(hints({ 'index.js': code }).hosts).toEqual(['api.notes.com', 'eu.api.notes.com']);
});

test.each([
  'GITHUB_PERSONAL_ACCESS_TOKEN',
  '--api-key',
  'NOTION_KEY',
  'DATABASE_URL',
  'MONGODB_URI',
  'apiKey',
  'PGPASSWORD',
])('recognises %s as a secret', (name) => {
  expect(namesSecret(name)).toBe(true);
});

test.each(['NOTES_URL', 'KEYCLOAK_REALM', '--port', 'AWS_REGION', 'MONKEY'])(
  'does not recognise %s as a secret',
  (name) => {
    expect(namesSecret(name)).toBe(false);
  },
);

test('reads Python as well: the variables of its code, and how it is started', () => {
  const code =
    'os.environ["NOTES_TOKEN"]\nos.environ.get("NOTES_URL")\nos.getenv(\'NOTES_MODE\', "a")\nos.environ["HOME"]\n';
  const readme = '"args": ["-m", "notes_mcp", "--folder", "/path/to/notes"]\nNOTES_URL NOTES_TOKEN HOME\n';
  const content = Buffer.from(code);
  const found = hintsOf(
    [{ path: 'notes/server.py', executable: false, sha256: sha256(code), content }],
    'notes-mcp',
    readme,
  );
  expect(named(found)).toEqual(['NOTES_TOKEN secret', 'NOTES_URL']);
  expect(found.arguments).toEqual([{ name: '--folder', required: true }]);
});

test.each([
  ['"run", "--with", "notes-mcp", "--python", "3.12", "notes-mcp", "--stdio"', ['--stdio']],
  ['"--from", "notes-mcp==1.0.0", "notes", "--stdio"', ['--stdio']],
  ['"-y", "-p", "notes-mcp", "notes", "--stdio"', ['--stdio']],
  ['"run", "--with", "notes-mcp", "python", "-m", "notes.server"', []],
])('takes no word of the program that starts a package for one of its own: %s', (words, names) => {
  const readme = `"args": [${words}]`;
  expect(hintsOf([], 'notes-mcp', readme).arguments.map(({ name }) => name)).toEqual(names);
});

test('finds a server.json that does not lie at the top, but none of a dependency', () => {
  const document = (name: string): string =>
    JSON.stringify({ packages: [{ identifier: '@example/notes-mcp', environmentVariables: [{ name }] }] });
  const found = hints({
    'node_modules/other/server.json': document('OTHER_TOKEN'),
    'notes/server.json': document('NOTES_TOKEN'),
  });
  expect(named(found)).toEqual(['NOTES_TOKEN secret']);
});
