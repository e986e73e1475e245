/**
 * What stands between a server and the filter, in the sandbox. There is no network there but a loopback of its own, so a program
 * of ours listens on it and carries every byte through a socket, which is a file that the sandbox shows. It decides nothing.
 */

/** The port on that loopback. Nothing else listens there before the server starts. */
const bridgePort = 3128;

/** Where the socket is in the sandbox. */
export const bridgeSocket = '/countersign/network';

/** For `node -e`, with the command of the server after it. It listens first, then starts the server, and ends as it ends. */
export const bridgeScript = `
const { createServer, connect } = require('node:net');
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const [, file, ...words] = process.argv;
const bridge = createServer({ allowHalfOpen: true }, (inner) => {
  const outer = connect({ path: '${bridgeSocket}', allowHalfOpen: true });
  const end = () => { inner.destroy(); outer.destroy(); };
  inner.on('error', end).on('close', end);
  outer.on('error', end).on('close', end);
  inner.pipe(outer);
  outer.pipe(inner);
});
bridge.listen(${bridgePort}, '127.0.0.1', () => {
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
