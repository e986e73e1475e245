/**
 * A server that tries what no server may do, and says what came of it. Each attempt answers `done` where it succeeded, or why not.
 * It needs nothing but Node, so that it can be an installed tree of one file.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';

const done = 'done';
const whyNot = (error) => error.code ?? error.message;

const connected = (options) =>
  new Promise((resolve) => {
    const socket = connect(options);
    socket.setTimeout(3_000, () => socket.destroy(new Error('timeout')));
    socket.on('connect', () => {
      socket.destroy();
      resolve(done);
    });
    socket.on('error', (error) => resolve(whyNot(error)));
  });

/** The first line of what is answered. */
const answered = (host, port, words) =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    let answer = '';
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (chunk) => ((answer += chunk), answer.includes('\r\n') && socket.destroy()));
    socket.on('error', (error) => (answer ||= whyNot(error)));
    socket.on('close', () => resolve(answer.split('\r\n')[0]));
    socket.write(words);
  });

const attempts = {
  read: ([path]) => (readFileSync(path), done),
  list: ([path]) => readdirSync(path).sort().join(' '),
  write: ([path]) => (writeFileSync(path, 'hostile'), done),
  append: ([path]) => (appendFileSync(path, 'hostile'), done),
  create: ([path]) => (mkdirSync(dirname(path), { recursive: true }), writeFileSync(path, 'hostile'), done),
  /** Puts a folder of its own in the place of another. */
  replace: ([path, inside]) => {
    renameSync(path, `${path}-away`);
    mkdirSync(path);
    writeFileSync(join(path, inside), 'hostile');
    return done;
  },
  readByLink: ([path, link]) => (symlinkSync(path, link), readFileSync(link), done),
  environments: ([word]) =>
    readdirSync('/proc').some((pid) => {
      try {
        return /^\d+$/u.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(word);
      } catch {
        return false;
      }
    })
      ? done
      : 'not found',
  seeProcess: ([word]) =>
    readdirSync('/proc').some((pid) => {
      try {
        return (
          /^\d+$/u.test(pid) &&
          pid !== String(process.pid) &&
          readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word)
        );
      } catch {
        return false;
      }
    })
      ? done
      : 'not found',
  signal: ([pid]) => (process.kill(Number(pid), 0), done),
  /** What a debugger would do first. */
  memoryOf: ([pid]) => (readFileSync(`/proc/${pid}/maps`), done),
  environment: () => Object.keys(process.env).sort().join(' '),
  tcp: ([host, port]) => connected({ host, port: Number(port) }),
  unix: ([path]) => connected({ path }),
  abstract: ([name]) => connected({ path: `\0${name}` }),
  name: ([host]) => lookup(host).then(() => done, whyNot),
  udp: ([host, port]) =>
    new Promise((resolve) => {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      const wait = setTimeout(() => end('no answer'), 2_000);
      const end = (answer) => {
        clearTimeout(wait);
        socket.close();
        resolve(answer);
      };
      socket.on('message', () => end(done));
      socket.on('error', (error) => end(whyNot(error)));
      socket.send('question', Number(port), host, (error) => error && end(whyNot(error)));
    }),
  fetch: ([url]) =>
    fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
      async (answer) => `${answer.status} ${await answer.text()}`,
      (error) => `failed: ${whyNot(error.cause ?? error)}`,
    ),
  /** To the one way out, with what a client never says. */
  ask: ([words]) => {
    const { hostname, port } = new URL(process.env.HTTPS_PROXY ?? 'http://127.0.0.1:9');
    return answered(hostname, Number(port), words);
  },
  /** To a host, without any proxy. */
  say: ([host, port, words]) => answered(host, Number(port), words),
  run: ([file, ...words]) => {
    const { status, error } = spawnSync(file, words);
    return error === undefined ? `exit ${status}` : whyNot(error);
  },
  leave: ([word]) => {
    const quiet = ['-e', 'setInterval(() => {}, 1000)', '--', word];
    spawn(process.execPath, quiet, { detached: true, stdio: 'ignore' }).unref();
    return done;
  },
};

const results = [];
for (const [name, ...words] of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    results.push(await attempts[name](words));
  } catch (error) {
    results.push(whyNot(error));
  }
}
process.stdout.write(JSON.stringify(results));
