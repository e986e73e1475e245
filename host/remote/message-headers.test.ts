import { expect, test } from 'vitest';
import { maxMirroredValueLength } from '../../core/limits.ts';
import { headerValue, messageHeaders } from './message-headers.ts';

const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

// The table of MCP 2026-07-28, Streamable HTTP, Value Encoding.
test.each([
  ['us-west1', 'us-west1'],
  ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
  [' padded ', '=?base64?IHBhZGRlZCA=?='],
  ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
  ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
  ['', ''],
])('writes %j as %j', (text, value) => {
  expect(headerValue(text)).toBe(value);
});

test.each([
  ['tools/call', { name: 'größe' }, { 'mcp-name': '=?base64?Z3LDtsOfZQ==?=' }],
  ['prompts/get', { name: 'sum', uri: 'x:y' }, { 'mcp-name': 'sum' }],
  ['resources/read', { name: 'sum', uri: 'x:y' }, { 'mcp-name': 'x:y' }],
  ['tools/list', { name: 'sum' }, {}],
])('%s has its headers', (method, params, more) => {
  expect(messageHeaders(method, { ...params, _meta: meta }, [])).toEqual({
    ...{ 'mcp-protocol-version': '2026-07-28', 'mcp-method': method },
    ...more,
  });
});

const schema = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    query: { type: 'string' },
    page: { type: 'object', properties: { size: { type: 'integer', 'x-mcp-header': 'Page-Size' } } },
    dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
    authorization: { type: 'string', 'x-mcp-header': 'Authorization' },
    list: { type: 'array', items: { properties: { a: { type: 'string', 'x-mcp-header': 'In-List' } } } },
  },
};
const call = (args: unknown, schemas: object[] = [schema]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(
      messageHeaders('tools/call', { name: 'sql', arguments: args, _meta: meta }, schemas as Record<string, unknown>[]),
    ).filter(([name]) => !/^mcp-(?:method|name|protocol-version)$/u.test(name)),
  );

test('repeats the arguments that the approved definition names, and no other', () => {
  expect(call({ region: 'eu\r\nx: 1', query: 'q', page: { size: 42 }, dry: false, list: [{ a: 'x' }] })).toEqual({
    ...{ 'mcp-param-region': '=?base64?ZXUNCng6IDE=?=', 'mcp-param-page-size': '42', 'mcp-param-dry': 'false' },
  });
  expect(call({ region: null, page: 'x' })).toEqual({});
  expect(call({ region: 'eu' }, [])).toEqual({});
  expect(call({ region: 'eu' }, [schema, schema])).toEqual({ 'mcp-param-region': 'eu' });
});

test('no argument becomes a header that means something else', () => {
  expect(call({ authorization: 'Bearer x' })).toEqual({ 'mcp-param-authorization': 'Bearer x' });
});

const property = (name: unknown, type = 'string'): object => ({ properties: { a: { type, 'x-mcp-header': name } } });

test.each<[string, object[]]>([
  ['a name with a line end', [property('a\r\nb')]],
  ['an empty name', [property('')]],
  ['a long name', [property('a'.repeat(65))]],
  ['no name', [property(1)]],
  ['a number', [property('a', 'number')]],
  [
    'the same name twice',
    [{ properties: { a: { type: 'string', 'x-mcp-header': 'A' }, b: { type: 'string', 'x-mcp-header': 'a' } } }],
  ],
  [
    'too many',
    [
      {
        properties: Object.fromEntries(
          Array.from({ length: 33 }, (_, index) => [`p${index}`, { type: 'string', 'x-mcp-header': `p${index}` }]),
        ),
      },
    ],
  ],
])('refuses to send a call whose definition has %s', (_, schemas) => {
  expect(() => call({ a: 'x' }, schemas)).toThrow('not one that MCP allows');
});

test('refuses to send what no header can hold', () => {
  expect(() => call({ region: 'x'.repeat(maxMirroredValueLength + 1) })).toThrow('longer than');
});
