/**
 * What stands between a server and the filter, in the sandbox. There is no network there but a loopback of its own, so a program
 * of ours listens on it and carries every byte through a socket, which is a file that the sandbox shows. It decides nothing.
 */

/** The port on that loopback. Nothing else listens there before the server starts. */
const bridgePort = 3128;

/** Where the socket is in the sandbox. */
export const bridgeSocket = '/countersign/network';

/**
 * For `node -e`, with the hosts that it also listens for, as JSON, and the command of the server after them. It listens first, then
 * starts the server, and ends as it ends. What cannot be listened on is reached through the proxy only.
 */
export const bridgeScript = String.raw`
const { createServer, connect } = require('node:net');
const { pipeline } = require('node:stream');
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const [, direct, file, ...words] = process.argv;
const toFilter = () => connect({ path: '${bridgeSocket}', allowHalfOpen: true });
const join = (inner, outer) => {
  pipeline(inner, outer, () => {});
  pipeline(outer, inner, () => {});
};
const tunnelTo = (to) => (inner) => {
  const outer = toFilter();
  const end = () => { inner.destroy(); outer.destroy(); };
  for (const each of [inner, outer]) each.on('error', end).on('close', end);
  let head = Buffer.alloc(0);
  outer.write('CONNECT ' + to + ' HTTP/1.1\r\nHost: ' + to + '\r\n\r\n');
  outer.on('data', function read(chunk) {
    head = Buffer.concat([head, chunk]);
    const last = head.indexOf('\r\n\r\n');
    if (last === -1) return;
    outer.off('data', read).pause();
    if (!head.toString('latin1').startsWith('HTTP/1.1 200 ')) return end();
    for (const each of [inner, outer]) each.off('close', end);
    outer.unshift(head.subarray(last + 4));
    join(inner, outer);
  });
};
const listen = (port, address, onConnection) => new Promise((resolve) => {
  createServer({ allowHalfOpen: true }, onConnection).on('error', resolve).listen(port, address, resolve);
});
Promise.all([
  listen(${bridgePort}, '127.0.0.1', (inner) => join(inner, toFilter())),
  ...JSON.parse(direct).map(({ host, port, address }) => listen(port, address, tunnelTo(host + ':' + port))),
]).then(() => {
  const server = spawn(file, words, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.on('error', (error) => { console.error(String(error)); process.exit(127); });
  server.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
});`;

/** How programs learn of it: each reads some of these. */
export function proxyVariables(permitted: readonly string[]): Map<string, string> {
  const proxy = `http://127.0.0.1:${bridgePort}`;
  // What a server starts for itself, such as a browser, it reaches directly.
  const direct = ['localhost', '127.0.0.1', '::1'].filter(
    (host) => !permitted.some((entry) => entry.startsWith(`${host}:`)),
  );
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => [name, proxy] as const);
  return new Map(
    [...names, ['NO_PROXY', direct.join(',')] as const]
      .flatMap(([name, value]) => [[name, value] as const, [name.toLowerCase(), value] as const])
      .concat([['NODE_USE_ENV_PROXY', '1']]),
  );
}
