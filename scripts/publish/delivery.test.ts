import { expect, test } from 'vitest';
import { headersOf, stageOf, staysCurrent } from './delivery.ts';

const digest = 'a'.repeat(64);
const [year, page, minute] = ['max-age=31536000, immutable', 'max-age=300', 'max-age=60'];

test.each([
  [`approvals/${digest}.json`, 'immutable', 'application/json', year],
  [`manifests/${digest}.yaml`, 'immutable', 'application/yaml', year],
  [`locks/${digest}.json`, 'immutable', 'application/json', year],
  [`plugins/${digest}.zip`, 'immutable', 'application/zip', year],
  [`targets/servers/${digest}.tiny.json`, 'immutable', 'application/json', year],
  [`targets/trust/${digest}.status.json`, 'immutable', 'application/json', year],
  ['metadata/12.bin-a3.json', 'immutable', 'application/json', year],
  ['metadata/2.targets.json', 'immutable', 'application/json', year],
  ['metadata/7.snapshot.json', 'immutable', 'application/json', year],
  ['metadata/1.root.json', 'root', 'application/json', year],
  [`targets/launcher/${digest}.countersign.tgz`, 'immutable', 'application/gzip', year],
  [`publication/kept/${digest}`, 'immutable', 'application/octet-stream', year],
  ['metadata/timestamp.json', 'timestamp', 'application/json', minute],
  ['_astro/index.Bx3.css', 'immutable', 'text/css;charset=utf-8', year],
  ['_astro/search.Bx3.js', 'immutable', 'text/javascript;charset=utf-8', year],
  ['favicon.svg', 'small', 'image/svg+xml', page],
  ['index.html', 'page', 'text/html;charset=utf-8', page],
  ['404.html', 'page', 'text/html;charset=utf-8', page],
  ['servers/tiny/index.html', 'page', 'text/html;charset=utf-8', page],
  ['servers/tiny.json', 'small', 'application/json', page],
  ['search.json', 'small', 'application/json', page],
  ['clients/codex/requirements.toml', 'small', 'application/toml', page],
  ['v0.1/servers.json', 'small', 'application/json', page],
  ['v0.1/servers/com.example.mcp/tiny/versions/1.0.0+x.json', 'small', 'application/json', page],
  ['registry.json', 'small', 'application/json', page],
  ['openapi.yaml', 'small', 'application/yaml', page],
  ['docker/catalog.yaml', 'small', 'application/yaml', page],
  ['trust/status.json', 'small', 'application/json', minute],
  ['trust/keyring.json', 'small', 'application/json', minute],
])('delivers %s as %s', (path, stage, type, lifetime) => {
  expect(stageOf(path)).toBe(stage);
  expect(headersOf(path)).toEqual({ type, cacheControl: `public, ${lifetime}` });
});

test('delivers nothing of a type that is not known', () => {
  expect(() => headersOf('servers/tiny.exe')).toThrow('an ending that is not known');
});

test.each([
  ['metadata/timestamp.json', true],
  ['metadata/7.snapshot.json', true],
  [`targets/servers/${digest}.tiny.json`, true],
  ['trust/status.json', true],
  ['servers/tiny.json', true],
  ['servers/tiny/index.html', false],
  ['search.json', false],
  ['v0.1/servers.json', false],
  ['_astro/index.Bx3.css', false],
])('knows of %s whether it must stay as it is: %s', (path, stays) => expect(staysCurrent(path)).toBe(stays));
