import { describe, expect, test } from 'vitest';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';

const origin = sampleSiteForFile();

const { approval } = sampleCatalog.servers[0]!;
const forever = 'public, max-age=31536000, immutable';

describe('what every answer carries', () => {
  test.each([
    ['the list', '/', 200],
    ["a server's page", '/servers/github/', 200],
    ['a signed file', `/approvals/${approval.bundle}.json`, 200],
    ['an address without a page', '/servers/unknown/', 404],
    ['an address that is none', '/%E0%A4%A', 404],
    ['an address outside the folder', '/..%2f..%2fetc%2fpasswd', 404],
  ])('%s', async (_, path, status) => {
    const answer = await fetch(origin() + path);
    expect(answer.status).toBe(status);
    expectSafe(answer);
  });

  test('an answer without a body', async () => {
    const url = `${origin()}/search.json`;
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    const answer = await fetch(url, { headers: { 'If-None-Match': etag } });
    expect(answer.status).toBe(304);
    expectSafe(answer);
  });
});

function expectSafe({ headers }: Response): void {
  const policy = (headers.get('content-security-policy') ?? '').split('; ');
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    expect(policy).toContain(directive);
  }
  expect(policy.join()).not.toContain('unsafe');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
}

test.each([
  ['/', 'text/html;charset=utf-8', 'public, max-age=300'],
  ['/servers/github/', 'text/html;charset=utf-8', 'public, max-age=300'],
  ['/servers/github.json', 'application/json', 'public, max-age=300'],
  ['/search.json', 'application/json', 'public, max-age=300'],
  ['/trust/status.json', 'application/json', 'public, max-age=60'],
  ['/trust/keyring.json', 'application/json', 'public, max-age=60'],
  ['/favicon.svg', 'image/svg+xml', 'public, max-age=300'],
  [`/approvals/${approval.bundle}.json`, 'application/json', forever],
  [`/locks/${approval.lock}.json`, 'application/json', forever],
  [`/manifests/${approval.manifest}.yaml`, 'application/yaml', forever],
])('%s is %s and cached as %s', async (path, type, caching) => {
  const { headers } = await fetch(origin() + path);
  expect(headers.get('content-type')).toBe(type);
  expect(headers.get('cache-control')).toBe(caching);
});

test('the styles and scripts that a page asks for have a digest in their name, and are cached for good', async () => {
  const page = await (await fetch(origin())).text();
  const assets = [...page.matchAll(/(?:href|src)="(\/_astro\/[^"]+)"/gu)].map(([, path]) => path ?? '');
  expect(assets).toHaveLength(3);
  for (const path of assets) {
    expect(path).toMatch(/\.[A-Za-z0-9_-]{8}\.(?:css|js)$/u);
    const { headers } = await fetch(origin() + path);
    expect(headers.get('content-type')).toMatch(/^text\/(?:css|javascript)/u);
    expect(headers.get('cache-control')).toBe(forever);
  }
});

test.each(['/nothing-here', '/servers/unknown/', '/approvals/unknown.json'])(
  '%s shows the page that says nothing is entered, and is not cached for good',
  async (path) => {
    const answer = await fetch(origin() + path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('text/html;charset=utf-8');
    expect(answer.headers.get('cache-control') ?? '').not.toContain('immutable');
    expect(await answer.text()).toContain('Page not found');
  },
);
