/**
 * Finds the credentials for a container registry where Podman and Docker keep them, in their order
 * (https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md). Nothing is written, and no secret is ever in a
 * message.
 */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure, systemCode } from '../../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json.ts';
import { credentialHelperDeadlineMs, maxConfigBytes, maxTokenBytes } from '../../core/limits.ts';
import { readRegularFile } from '../../core/regular-file.ts';

/** What a registry, or its token service, is shown. Never print it. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A token that the registry's token service gives others for (OAuth 2, refresh token). */
  | { readonly kind: 'identity'; readonly token: string };

/** Undefined where none are configured for this repository. @throws Failure `credentials-file`, `credential-helper` */
export type FindCredential = (host: string, path: string) => Promise<Credential | undefined>;

/** Where credentials are looked for. */
export interface CredentialPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Reads the files again each time, because a login may change them. */
export const credentialsOf =
  ({ environment, home }: CredentialPlaces = { environment: process.env, home: homedir() }): FindCredential =>
  async (host, path) => {
    for (const file of filesOf(environment, home)) {
      const config = readConfig(file);
      const found = config && (await credentialIn(config, file, { host, path, environment }));
      if (found !== undefined) return found;
    }
    return undefined;
  };

/** As Podman: a file that the environment names is the only one. */
function filesOf(environment: CredentialPlaces['environment'], home: string): string[] {
  const {
    REGISTRY_AUTH_FILE: named,
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: config,
    DOCKER_CONFIG: docker,
  } = environment;
  if (named) return [named];
  return [
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : []),
    join(config || join(home, '.config'), 'containers', 'auth.json'),
    join(docker || join(home, '.docker'), 'config.json'),
  ];
}

function readConfig(file: string): JsonObject | undefined {
  let bytes: Buffer;
  try {
    bytes = readRegularFile(file, maxConfigBytes, {
      code: 'E_FORMAT',
      remedy: 'make it a regular file',
      follow: true,
    }).bytes;
  } catch (error) {
    // What only another account may read is not meant for this one.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch {
    // The error would show a part of the file.
  }
  if (!isJsonObject(value)) throw unusable(file, 'is no JSON object');
  return value;
}

interface Wanted {
  readonly host: string;
  readonly path: string;
  readonly environment: CredentialPlaces['environment'];
}

/** A helper for this host, then the most specific entry, then the helper for all hosts. */
async function credentialIn(config: JsonObject, file: string, wanted: Wanted): Promise<Credential | undefined> {
  const helpers = objectIn(config, 'credHelpers');
  const helper = namesOf(wanted.host)
    .map((name) => helpers.get(name))
    .find((name) => name !== undefined);
  if (helper !== undefined) return askHelper(helper, file, wanted);
  const entry = entryFor(objectIn(config, 'auths'), wanted);
  const written = entry && readEntry(entry, file);
  if (written !== undefined) return written;
  return config['credsStore'] === undefined ? undefined : askHelper(config['credsStore'], file, wanted);
}

const objectIn = (config: JsonObject, key: string): ReadonlyMap<string, unknown> => {
  const value = config[key];
  return new Map(isJsonObject(value) ? Object.entries(value) : []);
};

/** Docker Hub's entry is written under the address of an interface that it no longer has. */
const dockerHubKey = 'https://index.docker.io/v1/';
const namesOf = (host: string): readonly string[] =>
  host === 'docker.io' ? ['docker.io', dockerHubKey, 'index.docker.io'] : [host];

function entryFor(auths: ReadonlyMap<string, unknown>, { host, path }: Wanted): JsonObject | undefined {
  const parts = path.split('/');
  const nested = parts.map((_, index) => [host, ...parts.slice(0, parts.length - index)].join('/'));
  for (const key of [...nested, ...namesOf(host)]) {
    const entry = auths.get(key);
    if (isJsonObject(entry)) return entry;
  }
  // Older versions of Docker wrote whole addresses.
  for (const [key, entry] of auths)
    if (isJsonObject(entry) && namesOf(host).includes(key.replace(/^https?:\/\//u, '').replace(/\/.*$/u, '')))
      return entry;
  return undefined;
}

/** Where a helper keeps the secret, an entry is empty. */
function readEntry(entry: JsonObject, file: string): Credential | undefined {
  const { auth, identitytoken: identity, username, password } = entry;
  if (typeof identity === 'string' && identity !== '') return { kind: 'identity', token: plainToken(identity, file) };
  if (typeof username === 'string' && typeof password === 'string' && username !== '')
    return passwordOf(username, password, file);
  if (typeof auth !== 'string' || auth === '') return undefined;
  // Docker fills up with zeros what is shorter than its base64.
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/u, '');
  const colon = text.indexOf(':');
  if (colon < 1) throw unusable(file, 'holds an `auth` that is no name with a password');
  return passwordOf(text.slice(0, colon), text.slice(colon + 1), file);
}

function passwordOf(username: string, password: string, file: string): Credential {
  if (username.includes(':') || /[\u0000-\u001f\u007f]/u.test(username + password))
    throw unusable(file, 'holds a name or a password with characters that no header can carry');
  return { kind: 'password', username, password };
}

function plainToken(token: string, file: string): string {
  if (!/^[\x21-\x7e]+$/u.test(token)) throw unusable(file, 'holds a token with characters that no header can carry');
  return token;
}

const unusable = (file: string, why: string): Failure =>
  new Failure(
    'credentials-file',
    `${file} ${why}`,
    'repair it, or delete it and log in again with `podman login` or `docker login`',
  );

/** Not a path and not an option: only what Docker and Podman put after `docker-credential-`. */
const helperName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/u;

/** https://github.com/docker/docker-credential-helpers: the server's name goes in, and a JSON object comes out. */
async function askHelper(
  helper: unknown,
  file: string,
  { host, environment }: Wanted,
): Promise<Credential | undefined> {
  if (typeof helper !== 'string' || !helperName.test(helper))
    throw unusable(file, 'names a credential helper that is no plain word');
  const program = `docker-credential-${helper}`;
  const server = host === 'docker.io' ? dockerHubKey : host;
  const { failed, output } = await runHelper(program, server, environment);
  // Helpers say in words, and on the standard output, that they know nothing of a server.
  if (failed !== undefined && /credentials not found|not found in/iu.test(output)) return undefined;
  if (failed !== undefined) throw helperFailure(program, host, failed);
  let answer: unknown;
  try {
    answer = parseJson(Buffer.from(output));
  } catch {
    // The error would show a part of the answer.
  }
  const { Username: username, Secret: secret } = isJsonObject(answer) ? answer : {};
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw helperFailure(program, host, 'did not answer with credentials');
  if (username === '' && secret === '') return undefined;
  return username === '<token>'
    ? { kind: 'identity', token: plainToken(secret, program) }
    : passwordOf(username, secret, program);
}

const helperFailure = (program: string, host: string, why: string): Failure =>
  new Failure('credential-helper', `${program} ${why} when asked for ${host}`, `look at what \`${program} list\` says`);

/** `failed` says why, without a word of what the helper wrote. */
const runHelper = (
  program: string,
  server: string,
  environment: CredentialPlaces['environment'],
): Promise<{ readonly failed: string | undefined; readonly output: string }> =>
  new Promise((resolve) => {
    const bounds = { timeout: credentialHelperDeadlineMs, killSignal: 'SIGKILL', maxBuffer: maxTokenBytes } as const;
    const child = execFile(program, ['get'], { ...bounds, env: { ...environment } }, (error, output) => {
      const why = systemCode(error) === 'ENOENT' ? 'is not on the PATH' : 'failed';
      resolve({ failed: error === null ? undefined : why, output });
    });
    // A helper that does not read its input ends with its own error.
    child.stdin?.on('error', () => {});
    child.stdin?.end(server);
  });
