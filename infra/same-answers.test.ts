/** The function of the template and `registry serve`, asked the same: they answer the same, byte for byte. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeAnswer, EdgeEvent, EdgeRequest } from '../scripts/publish/edge.ts';
import { isApi } from '../scripts/publish/route.ts';
import { serveDist } from '../scripts/publish/server.ts';
import { maxEdgeBytes } from './bundle.ts';
import type { Resources } from './policy-check.ts';
import { site } from './templates.ts';

const resources = Object.values(site.toJSON()['Resources'] as Resources);
const propertiesOf = (type: string): Readonly<Record<string, unknown>>[] =>
  resources.filter((each) => each.Type === `AWS::CloudFront::${type}`).map(({ Properties: properties }) => properties);
const code = propertiesOf('Function')[0]?.['FunctionCode'] as string;
const runEdge = runInNewContext(`${code}; handler`, {}) as (event: EdgeEvent) => EdgeRequest | EdgeAnswer;

const published = [
  'index.html',
  '404.html',
  'search.json',
  'ai-catalog.json',
  'servers/index.html',
  'servers/github.json',
  'servers/github/index.html',
  'metadata/timestamp.json',
  'v0.1/servers.json',
  'v0.1/servers/com.example/github/versions.json',
  'v0.1/servers/com.example/github/versions/latest.json',
  'v0.1/servers/com.example/github/versions/1.0.0+x@y.json',
  '.generation.json',
  'a b/é.json',
];

let dist = '';
let server: Awaited<ReturnType<typeof serveDist>>;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'countersign-infra-'));
  for (const file of published) {
    await mkdir(dirname(join(dist, file)), { recursive: true });
    await writeFile(join(dist, file), `the bytes of ${file}`);
  }
  server = await serveDist(dist, { port: 0 });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dist, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** With the path as it stands: `fetch` would tidy it up. */
const askServer = (method: string, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    request({ host: 'localhost', port, method, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, location: headers.location, body, headers });
      });
    })
      .on('error', reject)
      .end();
  });

/** As CloudFront does: the function, then the file of that key, or the page for what is missing. */
async function askEdge(method: string, path: string): Promise<Answer> {
  const [uri = '', query = ''] = path.split('?');
  const querystring = Object.fromEntries(
    query
      .split('&')
      .filter((each) => each !== '')
      .toReversed()
      .map((each) => [each.split('=')[0], { value: each.split('=')[1] ?? '' }]),
  ) as EdgeRequest['querystring'];
  const answer = runEdge({ request: { method, uri, querystring } });
  if ('statusCode' in answer) {
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, { value }]) => [name, value]));
    return { status: answer.statusCode, location: headers['location'], body: answer.body ?? '', headers };
  }
  expect(Object.keys(answer.querystring)).toEqual([]);
  const key = decodeURIComponent(answer.uri).slice(1);
  const found = published.includes(key);
  const body = await readFile(join(dist, found ? key : '404.html'), 'utf8');
  return { status: found ? 200 : 404, location: undefined, body: method === 'HEAD' ? '' : body, headers: {} };
}

test.each<[string, string, number]>([
  ['GET', '/', 200],
  ['HEAD', '/', 200],
  ['GET', '/index.html', 200],
  ['GET', '/servers', 308],
  ['GET', '/servers/', 200],
  ['GET', '/servers/github', 308],
  ['GET', '/servers/github/', 200],
  ['GET', '/servers%2Fgithub/', 200],
  ['GET', '/servers/github.json', 200],
  ['GET', '/servers/github.json?x=1', 200],
  ['GET', '/servers/unknown/', 404],
  ['HEAD', '/servers/unknown.json', 404],
  ['GET', '/metadata/timestamp.json', 200],
  ['GET', '/a%20b/%C3%A9.json', 200],
  ['GET', '/a%20b', 308],
  ['GET', '/.generation.json', 404],
  ['GET', '/.nothing', 404],
  ['GET', '/servers//github.json', 404],
  ['GET', '//example.com', 404],
  ['GET', '/%2F%2Fexample.com', 404],
  ['GET', '/..%2f..%2fetc%2fpasswd', 404],
  ['GET', '/servers/..%2fsearch.json', 404],
  ['GET', '/%E0%A4%A', 404],
  ['GET', '/%00', 404],
  ['GET', '/servers%5Cgithub.json', 404],
  ['GET', '/v0.1/servers', 200],
  ['GET', '/v0.1/servers/', 200],
  ['GET', '/v0.1/servers?limit=1', 200],
  ['GET', '/.well-known/ai-catalog.json', 200],
  ['GET', '/v0.1/servers?cursor=', 200],
  ['GET', '/v0.1/servers?cursor=a1b2-7', 400],
  ['GET', '/v0.1/servers?limit=1&cursor=a1b2-7', 400],
  ['GET', '/v0.1/servers?cursor=..%2F..%2Fx', 400],
  ['HEAD', '/v0.1/servers?cursor=a1b2-7', 400],
  ['GET', '/v0/servers', 200],
  ['GET', '/v0.1/servers/com.example%2Fgithub/versions', 200],
  ['GET', '/v0.1/servers/com.example%2fgithub/versions', 200],
  ['GET', '/v0.1/servers/com.example/github/versions', 200],
  ['GET', '/v0.1/servers/com.example%2Fgithub/versions/latest', 200],
  ['GET', '/v0.1/servers/com.example/github/versions/1.0.0%2Bx%40y', 200],
  ['GET', '/v0.1/servers/com.example/github/versions/1.0.0+x@y', 200],
  ['GET', '/v0.1/servers/com.example/unknown/versions', 404],
  ['GET', '/v0.1/servers//versions', 404],
  ['GET', '/v0/servers/%E0%A4%A', 404],
  ['GET', '/v0/servers/com.example%2Fgithub/versions', 200],
  ['GET', '/v0.1', 404],
  ['OPTIONS', '/v0.1/servers', 204],
  ['OPTIONS', '/v0/servers?limit=1', 204],
  ['OPTIONS', '/servers/', 405],
])('%s %s is %i from both', async (method, path, status) => {
  const [local, edge] = await Promise.all([askServer(method, path), askEdge(method, path)]);
  expect(local.status).toBe(status);
  const { headers, body, ...same } = edge;
  // A distribution has one page for all that S3 does not have. `registry serve` answers as clients of the API expect.
  const missing = isApi(path) && body === 'the bytes of 404.html' ? '{"error":"Server not found"}' : body;
  // Of a HEAD, the function's own body is not sent.
  expect({ ...same, body: method === 'HEAD' ? '' : missing }).toEqual({
    ...same,
    body: local.body,
    status,
    location: local.location,
  });
  for (const [name, value] of Object.entries(headers)) expect([name, local.headers[name]]).toEqual([name, value]);
});

interface HeadersPolicy {
  readonly Name: string;
  readonly CorsConfig?: Readonly<Record<string, { readonly Items: readonly string[] }>>;
  readonly CustomHeadersConfig: { readonly Items: readonly { readonly Header: string; readonly Value: string }[] };
  readonly SecurityHeadersConfig: {
    readonly ContentSecurityPolicy: { readonly ContentSecurityPolicy: string };
    readonly ReferrerPolicy: { readonly ReferrerPolicy: string };
  };
}

describe('the headers of the policy are those of `registry serve`', () => {
  const policyNamed = (name: string): HeadersPolicy | undefined =>
    propertiesOf('ResponseHeadersPolicy')
      .map((each) => each['ResponseHeadersPolicyConfig'] as HeadersPolicy)
      .find((each) => each.Name === name);

  test.each([
    ['countersign-site', '/servers/github/'],
    ['countersign-site', '/nothing.json'],
    ['countersign-api', '/v0.1/servers'],
  ])('%s, for %s', async (name, path) => {
    const policy = policyNamed(name);
    const { headers } = await askServer('GET', path);
    const { ContentSecurityPolicy: csp, ReferrerPolicy: referrer } = policy?.SecurityHeadersConfig ?? {};
    expect(csp?.ContentSecurityPolicy).toBe(headers['content-security-policy']);
    expect(referrer?.ReferrerPolicy).toBe(headers['referrer-policy']);
    expect(headers['x-content-type-options']).toBe('nosniff');
    const [custom] = policy?.CustomHeadersConfig.Items ?? [];
    expect(headers[custom?.Header.toLowerCase() ?? '']).toBe(custom?.Value);
    const cors = (field: string): string | undefined => policy?.CorsConfig?.[field]?.Items.join(', ');
    expect(cors('AccessControlAllowOrigins')).toBe(headers['access-control-allow-origin']);
    expect(cors('AccessControlAllowMethods')).toBe(headers['access-control-allow-methods']);
    expect(cors('AccessControlAllowHeaders')).toBe(headers['access-control-allow-headers']);
    expect(cors('AccessControlAllowOrigins')).toBe(name === 'countersign-api' ? '*' : undefined);
  });
});

test('the function is as CloudFront wants it: small, without imports, in a language that its engine knows', () => {
  expect(Buffer.byteLength(code)).toBeLessThan(maxEdgeBytes / 2);
  // Each of these is newer than what the engine knows.
  expect(code).not.toMatch(/\b(?:import|export|class|async|require|of)\b|\.\.\.|\?\?|\?\.|\/[a-z]*[uvs][a-z]*[,;.)]/u);
});
