import { expect, test } from 'vitest';
import { siteEnvironment } from './site.ts';

test('gives the build where programs are found, and nothing else that the shell holds', () => {
  const shell = {
    PATH: '/usr/bin',
    HOME: '/home/somebody',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'secret',
    GITHUB_TOKEN: 'secret',
    NODE_AUTH_TOKEN: 'secret',
    NODE_OPTIONS: '--import=/tmp/other.mjs',
    NODE_EXTRA_CA_CERTS: '/tmp/ca.pem',
    npm_config__auth: 'secret',
    PUBLIC_API_KEY: 'secret',
    CATALOG_FILE: '/tmp/other.json',
    ASTRO_TELEMETRY_DISABLED: '',
  };
  expect(siteEnvironment(shell, '/work/catalog.json')).toEqual({
    PATH: '/usr/bin',
    HOME: '/home/somebody',
    NODE_OPTIONS: '--max-semi-space-size=32',
    CATALOG_FILE: '/work/catalog.json',
    ASTRO_TELEMETRY_DISABLED: '1',
  });
});
