import { expect, test } from 'vitest';
import { headerSetBy } from './header-names.ts';

test.each([
  ['Host', 'the connection'],
  ['Connection', 'the connection'],
  ['Content-Length', 'the connection'],
  ['transfer-encoding', 'the connection'],
  ['Upgrade', 'the connection'],
  ['Accept', 'the HTTP client'],
  ['Content-Type', 'the HTTP client'],
  ['X-HTTP-Method-Override', 'the HTTP client'],
  ['X-Method-Override', 'the HTTP client'],
  ['MCP-Session-Id', 'the transport of MCP'],
  ['Mcp-Protocol-Version', 'the transport of MCP'],
  ['Mcp-Method', 'the transport of MCP'],
  ['Mcp-Name', 'the transport of MCP'],
  ['Mcp-Param-Region', 'the transport of MCP'],
  ['Last-Event-ID', 'the transport of MCP'],
  ['Origin', 'the browser or server'],
  ['Cookie', 'the browser or server'],
  ['Sec-Fetch-Site', 'the browser or server'],
  ['Proxy-Authorization', 'a proxy'],
  ['X-Forwarded-For', 'a proxy'],
  ['Forwarded', 'a proxy'],
])('says of %s that %s sets it', (name, by) => {
  expect(headerSetBy(name)).toBe(by);
});

test.each([
  'Authorization',
  'X-API-Key',
  'X-Api-Version',
  'User-Agent',
  'Accept-Language',
  'X-Hostname',
  'X-Origin-Region',
  'MCP-Api-Key',
  'X-Cookie-Consent',
])('lets a manifest declare %s', (name) => {
  expect(headerSetBy(name)).toBeUndefined();
});
