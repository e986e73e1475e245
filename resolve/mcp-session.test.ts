import { describe, expect, test } from 'vitest';
import { Failure } from '../core/failure.ts';
import { ProcessSession } from './process-session.ts';
import type { SessionBounds } from './requests.ts';
import { listOffers } from './mcp-session.ts';

/** A correct server, followed by code that changes it. `first` runs before the server introduces itself. */
const wellBehaved = `
const say = (value) => process.stdout.write((typeof value === 'string' ? value : JSON.stringify(value)) + '\\n');
let first = () => {};
let list = () => ({ tools: [{ name: 'greet' }] });
let pages = 0;
const introduction = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, instructions: 'Be kind.' };
let receive = ({ id, method, params }) => {
  if (method === 'initialize') { first(); say({ jsonrpc: '2.0', id, result: introduction }); }
  if (method === 'tools/list') say({ jsonrpc: '2.0', id, result: list(params) });
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => receive(JSON.parse(line)));
`;

const listen = (change: string, bounds: Partial<SessionBounds> = {}): ReturnType<typeof listOffers> =>
  listOffers(
    (limits) => new ProcessSession([process.execPath, '-e', wellBehaved + change], limits),
    {},
    { settleMs: 0, ...bounds },
  );

async function failureOf(change: string, bounds?: Partial<SessionBounds>): Promise<string> {
  const error: unknown = await listen(change, bounds).catch((reason: unknown) => reason);
  if (!(error instanceof Failure)) throw new Error('it did not fail as it should', { cause: error });
  expect(error.code).toBe('capture');
  return error.message;
}

test('asks for the tools twice, and keeps the instructions', async () => {
  expect(await listen('')).toEqual({
    tools: [{ name: 'greet' }, { name: 'greet' }],
    others: new Map(),
    instructions: 'Be kind.',
  });
});

const official = `
import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
serveStdio(() => {
  const server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {}, prompts: {} }, instructions: 'Be kind.' });
  server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'greet', inputSchema: { type: 'object' } }] }));
  server.setRequestHandler('prompts/list', () => ({ prompts: [{ name: 'ask' }] }));
  return server;
}, { legacy: 'reject' });
`;

test('asks a server that speaks MCP 2026-07-28 alone in that version', async () => {
  const command = [process.execPath, '--input-type=module', '-e', official];
  const greet = { name: 'greet', inputSchema: { type: 'object' } };
  expect(await listOffers((limits) => new ProcessSession(command, limits), {}, { settleMs: 0 })).toEqual({
    tools: [greet, greet],
    others: new Map([['prompts', [{ name: 'ask' }]]]),
    instructions: 'Be kind.',
  });
});

test.each([
  ['it has no such method', '{ code: -32601, message: "x" }', ['initialize', 'server/discover']],
  [
    'it speaks another version still',
    '{ code: -32022, message: "x", data: { supported: ["2031-01-01"] } }',
    ['initialize'],
  ],
  ['it fails', '{ code: -32603, message: "x" }', ['initialize']],
])(
  'asks a server again that answers initialize with an error only where another version may help: %s',
  async (_, error, asked) => {
    const message = await failureOf(`
    const methods = [];
    receive = ({ id, method }) => { methods.push(method); say({ jsonrpc: '2.0', id, error: { ...${error}, methods } }); };`);
    expect(message).toContain(JSON.stringify(asked));
  },
);

test('follows cursors to the last page', async () => {
  const { tools } = await listen(
    `list = ({ cursor }) => cursor === undefined ? { tools: [{ name: 'a' }], nextCursor: '' } : { tools: [{ name: 'b' }] };`,
  );
  expect(tools.map(({ name }) => name)).toEqual(['a', 'b', 'a', 'b']);
});

test('takes a tool that is listed twice in the same words, also on two pages', async () => {
  const { tools } = await listen(
    `list = ({ cursor }) => ({ tools: [{ name: 'a' }], ...(cursor === undefined && { nextCursor: 'b' }) });`,
  );
  expect(tools.map(({ name }) => name)).toEqual(['a', 'a', 'a', 'a']);
});

test.each(['null', '42', 'true', '"words"', '[]', '[null]', '{}', 'words', '', '{"id":1}}', '{"id":7,"result":{}}'])(
  'passes over the line %j',
  async (line) => {
    expect((await listen(`first = () => say(${JSON.stringify(line)});`)).tools).toHaveLength(2);
  },
);

test('answers what a server may ask of any client', async () => {
  const { tools } = await listen(`
    const received = [];
    const plain = receive;
    first = () => { for (const method of ['ping', 'roots/list', 'sampling/createMessage']) say({ id: method, method }); };
    list = () => ({ tools: [{ name: 'received', received }] });
    receive = (message) => { if (message.method === undefined) received.push(message); else plain(message); };`);
  expect(tools.at(-1)?.received).toEqual([
    { jsonrpc: '2.0', id: 'ping', result: {} },
    { jsonrpc: '2.0', id: 'roots/list', result: { roots: [] } },
    { jsonrpc: '2.0', id: 'sampling/createMessage', error: { code: -32601, message: 'not offered' } },
  ]);
});

describe('refuses a list of tools', () => {
  test.each([
    ['no list', '{ tools: {} }', 'is not an array'],
    ['nothing', '{}', 'is not an array'],
    ['a null', '{ tools: [null] }', 'not an object'],
    ['a number', '{ tools: [1] }', 'not an object'],
    ['a list in it', '{ tools: [[]] }', 'not an object'],
    ['a tool without a name', '{ tools: [{}] }', 'without a name'],
    ['a name that is a number', '{ tools: [{ name: 1 }] }', 'without a name'],
    ['an empty name', `{ tools: [{ name: '' }] }`, 'without a name'],
    ['a long name', `{ tools: [{ name: 'x'.repeat(257) }] }`, 'more than 256 characters'],
    [
      'too many tools',
      `{ tools: Array.from({ length: 2001 }, (_, name) => ({ name: 't' + name })) }`,
      'than 2000 tools',
    ],
    [
      'two tools of one name',
      `{ tools: [{ name: 'a', description: 'One.' }, { name: 'a', description: 'Two.' }] }`,
      'two different tools of the name "a"',
    ],
    ['a null for a cursor', '{ tools: [], nextCursor: null }', 'cursor to its next page of tools is not a string'],
    ['the same cursor again', `{ tools: [], nextCursor: 'a' }`, 'leads back'],
    ['endless pages', '{ tools: [], nextCursor: String(++pages) }', 'more than 100 pages'],
    ['an answer that is a list', '[]', 'neither a result nor an error'],
  ])('with %s', async (_, result, why) => {
    expect(await failureOf(`list = () => (${result});`)).toContain(why);
  });

  test('but not with a name of 256 characters beyond the basic plane', async () => {
    expect((await listen(`list = () => ({ tools: [{ name: '😀'.repeat(256) }] });`)).tools).toHaveLength(2);
  });
});

describe('prompts and resources', () => {
  const offering = (capabilities: string, answers: string): string => `
    introduction.capabilities = ${capabilities};
    const answers = ${answers};
    const plain = receive;
    receive = (message) => {
      const { id, method, params } = message;
      if (answers[method] === undefined) plain(message);
      else say({ jsonrpc: '2.0', id, ...answers[method](params) });
    };`;
  const all = `{
    'prompts/list': ({ cursor }) => ({
      result: cursor === undefined ? { prompts: [{ name: 'a' }], nextCursor: 'b' } : { prompts: [{ name: 'b' }] },
    }),
    'resources/list': () => ({
      result: { resources: [{ uri: 'a:1', name: 'A', size: 3, annotations: { lastModified: 'now', priority: 1 } }] },
    }),
    'resources/templates/list': () => ({ result: { resourceTemplates: [{ uriTemplate: 'a:{id}', name: 'A' }] } }),
  }`;

  test('are listed where the server declares them, without what belongs to the content of a resource', async () => {
    const { tools, others } = await listen(offering('{ prompts: {}, resources: {} }', all));
    expect(tools).toEqual([]);
    expect(Object.fromEntries(others)).toEqual({
      prompts: [{ name: 'a' }, { name: 'b' }],
      resources: [{ uri: 'a:1', name: 'A', annotations: { priority: 1 } }],
      resourceTemplates: [{ uriTemplate: 'a:{id}', name: 'A' }],
    });
  });

  test('are not asked for where the server does not declare them', async () => {
    const { others } = await listen(offering('{ tools: {}, prompts: {} }', all));
    expect([...others.keys()]).toEqual(['prompts']);
  });

  test('may be missing: a server without the method has none, and one that fails gives no answer', async () => {
    const answers = `{
      'prompts/list': () => ({ error: { code: -32603, message: 'no database' } }),
      'resources/list': () => ({ result: { resources: [] } }),
      'resources/templates/list': () => ({ error: { code: -32601, message: 'Method not found' } }),
    }`;
    const { tools, others } = await listen(offering('{ tools: {}, prompts: {}, resources: {} }', answers));
    expect(tools).toHaveLength(2);
    expect(Object.fromEntries(others)).toEqual({ prompts: 'no answer', resources: [], resourceTemplates: [] });
  });

  test('are no reason to lose the tools of a server that ends when it is asked', async () => {
    const { tools, others } = await listen(
      offering('{ tools: {}, resources: {} }', `{ 'resources/list': () => process.exit(1) }`),
    );
    expect(tools).toHaveLength(2);
    expect(Object.fromEntries(others)).toEqual({ resources: 'no answer', resourceTemplates: 'no answer' });
  });

  test.each([
    ['a prompt without a name', 'prompts/list', '{ prompts: [{}] }', 'a prompt without a name'],
    ['no list of prompts', 'prompts/list', '{}', 'its list of prompts is not an array'],
    [
      'two prompts of one name',
      'prompts/list',
      `{ prompts: [{ name: 'a' }, { name: 'a', title: 'A' }] }`,
      'two different prompts of the name "a"',
    ],
    ['endless prompts', 'prompts/list', '{ prompts: [], nextCursor: String(++pages) }', 'more than 100 pages'],
    ['a resource without a URI', 'resources/list', `{ resources: [{ name: 'a' }] }`, 'a resource without a URI'],
    [
      'a long URI',
      'resources/list',
      `{ resources: [{ uri: 'x'.repeat(2049) }] }`,
      'a resource whose URI has more than 2048 characters',
    ],
    [
      'too many templates',
      'resources/templates/list',
      `{ resourceTemplates: Array.from({ length: 2001 }, (_, n) => ({ uriTemplate: 'a:' + n })) }`,
      'more than 2000 resource templates',
    ],
  ])('are refused with %s', async (_, method, result, why) => {
    const answers = `{ ...${all}, '${method}': () => ({ result: ${result} }) }`;
    expect(await failureOf(offering('{ prompts: {}, resources: {} }', answers))).toContain(why);
  });

  test('count to the bytes of the session', async () => {
    const answers = `{ 'prompts/list': () => ({ result: { prompts: [{ name: 'a', title: 'x'.repeat(2_000_000) }] } }) }`;
    expect(await failureOf(offering('{ prompts: {} }', answers), { maxBytes: 1_000_000 })).toContain(
      'more than 1000000 bytes',
    );
  });
});

describe('bounds', () => {
  test('what is sent in one line without an end', async () => {
    const flood = `receive = () => process.stdout.write('x'.repeat(2_500_000));`;
    expect(await failureOf(flood, { maxBytes: 1_000_000 })).toContain('more than 1000000 bytes');
  });
  test('what is sent in many lines', async () => {
    const flood = `first = () => { for (let i = 0; i < 200_000; i++) say('{"method":"x"}'); };`;
    expect(await failureOf(flood, { maxBytes: 1_000_000 })).toContain('more than 1000000 bytes');
  });
  test('what is sent as error output', async () => {
    const flood = `receive = () => process.stderr.write('x'.repeat(2_500_000));`;
    expect(await failureOf(flood, { maxBytes: 1_000_000 })).toContain('more than 1000000 bytes');
  });
  test('requests of a server that never reads the answers', async () => {
    const flood = `for (let id = 0; id < 2_000; id++) say({ jsonrpc: '2.0', id, method: 'ping' }); receive = () => {};`;
    expect(await failureOf(flood)).toContain('asked more than 1000 things');
  });
  test('the time for one answer', async () => {
    expect(await failureOf('receive = () => {};', { answerMs: 100 })).toContain('no answer to initialize in 0.1 s');
  });
  test('the time for all answers together', async () => {
    const slowly = `
      const plain = receive;
      receive = (message) => setTimeout(plain, 20, message);
      list = () => ({ tools: [], nextCursor: String(++pages) });`;
    expect(await failureOf(slowly, { sessionMs: 500 })).toContain('more than 0.5 s altogether');
  });
});

test('accepts a tool of several megabytes', async () => {
  const { tools } = await listen(`list = () => ({ tools: [{ name: 'big', description: 'x'.repeat(3_000_000) }] });`);
  expect(tools).toHaveLength(2);
});

test('quotes the last words of a server that ends', async () => {
  const words = await failureOf(`process.stderr.write('starting\\nno key was given\\n'); process.exit(3);`);
  expect(words).toContain('it ended with 3: no key was given');
});

test('fails immediately when the server ended between two requests', async () => {
  const once = `const plain = receive; receive = (message) => { plain(message); process.exit(4); };`;
  expect(await failureOf(once, { settleMs: 300 })).toContain('it ended with 4');
});

test('reports what a server answered instead of a result', async () => {
  const error = `receive = ({ id }) => say({ id, error: { code: -32000, message: 'no key' } });`;
  expect(await failureOf(error)).toContain('it answered with an error: {"code":-32000,"message":"no key"}');
});

test('fails when the program does not exist', async () => {
  await expect(listOffers((limits) => new ProcessSession(['/nonexistent/program'], limits), {})).rejects.toMatchObject({
    name: 'Failure',
    code: 'capture',
  });
});
