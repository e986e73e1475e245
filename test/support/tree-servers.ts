/** Small MCP servers that are no packages of a registry: as bundles, tarballs and files of a git commit. */

const tool = JSON.stringify({
  name: 'greet',
  description: 'Greets somebody.',
  inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
});
const started = JSON.stringify({
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'tiny', version: '1' },
});

/** Of Node; it needs `tiny-shout`. */
export const nodeServer = `import { createInterface } from 'node:readline';
import { shout } from 'tiny-shout';
const results = {
  initialize: () => (${started}),
  'tools/list': () => ({ tools: [${tool}] }),
  ping: () => ({ said: shout('hello from node ' + process.argv.slice(2).join(' ')) }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: results[method]() }) + '\\n');
});
`;

export const shout = {
  'package.json': JSON.stringify({
    name: 'tiny-shout',
    version: '1.0.0',
    type: 'module',
    main: 'index.js',
    license: 'MIT',
  }),
  'index.js': 'export const shout = (text) => text.toUpperCase() + "!";\n',
};

/** Of Python; it needs the modules `beside` and `shouting`. */
export const pythonServer = `import json, sys
import beside
from shouting import shout
results = {
    'initialize': lambda: json.loads('${started}'),
    'tools/list': lambda: {'tools': [json.loads('${tool}')]},
    'ping': lambda: {'said': shout(beside.hello + ' ' + ' '.join(sys.argv[1:]))},
}
if __name__ == '__main__':
    for line in sys.stdin:
        message = json.loads(line)
        if 'id' in message:
            answer = {'jsonrpc': '2.0', 'id': message['id'], 'result': results[message['method']]()}
            print(json.dumps(answer), flush=True)
`;

/** A program that the system executes. */
export const ownServer = `#!/bin/sh
while read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
  case "$line" in
    *'"initialize"'*) result='${started}' ;;
    *'"tools/list"'*) result='{"tools":[${tool}]}' ;;
    *'"ping"'*) result='{"said":"HELLO FROM A PROGRAM!"}' ;;
    *) result='{}' ;;
  esac
  if [ -n "$id" ]; then printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$result"; fi
done
`;
