/**
 * A package index such as PyPI: which files a project has, and wheels; bounded, retried, checked by digest. With npm's
 * proxies and certificate authorities, so that these have to be configured only once.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { addressOn, hostOf, HttpFailure, secureElsewhere } from '../../core/address.ts';
import { sha256 } from '../../core/digest.ts';
import { downloadTimes, get, throughRedirects, withRetries, type Reach, type Times } from '../../core/download.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { maxAttestationBytes, maxConfigBytes, maxProjectBytes, maxWheelBytes } from '../../core/limits.ts';
import { npmOptions } from '../../core/npm-config.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import { Refusal } from '../../core/refusal.ts';
import { readRegularFile } from '../../core/regular-file.ts';
import type { IndexAddress } from './index-address.ts';
import { netrcLogin, type Login } from './netrc.ts';
import { readProject, type Project, type ProjectFile } from './project-page.ts';

export interface PackageIndex {
  /** With the user and the password that it is asked with, for other programs: never print it. */
  readonly address: string;
  /**
   * The files of a project. It is asked for once, and then remembered.
   * @throws Failure `network`, `no-such-package`, `http-status`, `not-a-project`, `redirect-elsewhere`; Refusal
   *   E_TOO_LARGE
   */
  project(name: string): Promise<Project>;
  /**
   * A wheel, with the digest that the index states. A lock pins another digest of it, which is checked where it is stored.
   * @throws Failure as `project`, `wheel-elsewhere`; Refusal E_DIGEST, E_TOO_LARGE
   */
  wheel(name: string, file: string): Promise<Buffer>;
  /**
   * The attestations of a file (PEP 740), unchecked. Undefined if the index has none, or says nothing of them.
   * @throws as `wheel`
   */
  provenance(name: string, file: string): Promise<Buffer | undefined>;
}

/** Projects that are remembered. The largest servers have some hundred. */
const maxRemembered = 500;

/** JSON is asked for, and the HTML of older indexes is taken, too. */
const accept =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1, */*;q=0.01';

/** A name that stays in the path that it is put into. */
const projectName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/u;

export async function openPackageIndex(
  { url: configured }: IndexAddress,
  times: Times = downloadTimes,
  reach: Reach = 'any',
): Promise<PackageIndex> {
  const options = await npmOptions();
  const { url: index, login } = takeLogin(configured);
  const { origin } = new URL(index);

  const download = async (url: string, what: string, maxBytes: number, deadline: AbortSignal) => {
    try {
      return await withRetries(times, deadline, async (signal) => {
        const answer = await throughRedirects(url, async (address) => {
          const own = new URL(address).origin === origin;
          const headers = { accept, ...(own && login !== undefined && { authorization: basic(login) }) };
          // The address of the index was configured by an operator. Other origins that it names were not.
          return get(address, options, {
            headers,
            compress: true,
            publicOnly: reach === 'public' && !own,
            maxBytes,
            signal,
          });
        });
        if (answer.kind === 'other') throw new HttpFailure(answer.address, answer.status);
        return answer;
      });
    } catch (error) {
      if (error instanceof HttpFailure && (error.status === 404 || error.status === 410))
        throw new NoSuchProject(what, error);
      throw error;
    }
  };
  const projectBy = async (name: string): Promise<Project> => {
    if (!projectName.test(name)) throw new NoSuchProject(JSON.stringify(name), undefined);
    const url = `${index}${normalPypiName(name)}/`;
    const { bytes, address } = await download(url, name, maxProjectBytes, AbortSignal.timeout(times.deadlineMs));
    return readProject(name, bytes, address);
  };
  const remembered = new Map<string, Promise<Project>>();
  const project = (name: string): Promise<Project> => {
    const key = normalPypiName(name);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    if (remembered.size >= maxRemembered) remembered.clear();
    const answer = projectBy(name);
    remembered.set(key, answer);
    answer.catch(() => remembered.delete(key));
    return answer;
  };
  const fileOf = async (name: string, file: string): Promise<ProjectFile> => {
    const found = (await project(name)).files.find((each) => each.file === file);
    if (found === undefined) throw new NoSuchProject(`file ${JSON.stringify(file)} of ${name}`, undefined);
    return found;
  };
  /** Files are often in a separate store. It gets no password, and what it serves is checked by its digest. */
  const fetchNamed = async (named: string, file: string, maxBytes: number): Promise<Buffer> => {
    const url = addressOn(index, named) ?? secureElsewhere(index, named);
    if (url === undefined) throw elsewhere(file, named, index);
    return (await download(url, file, maxBytes, AbortSignal.timeout(times.deadlineMs))).bytes;
  };

  return {
    address: withLogin(index, login),
    project,
    wheel: async (name, file) => {
      const { url, sha256: stated } = await fileOf(name, file);
      const bytes = await fetchNamed(url, file, maxWheelBytes);
      if (stated !== undefined && sha256(bytes) !== stated) throw otherDigest(file, sha256(bytes), stated);
      return bytes;
    },
    provenance: async (name, file) => {
      const { provenance: url } = await fileOf(name, file);
      if (url === undefined) return undefined;
      try {
        return await fetchNamed(url, file, maxAttestationBytes);
      } catch (error) {
        if (error instanceof NoSuchProject) return undefined;
        throw error;
      }
    },
  };
}

/** Requests carry the login in a header, and only to the index's own origin. */
function takeLogin(address: string): { readonly url: string; readonly login: Login | undefined } {
  const url = new URL(address);
  const { username, password, hostname } = url;
  url.username = '';
  url.password = '';
  if (username !== '' || password !== '')
    return { url: url.href, login: { user: decodeURIComponent(username), password: decodeURIComponent(password) } };
  return { url: url.href, login: fromNetrc(hostname) };
}

function fromNetrc(host: string): Login | undefined {
  const path = process.env.NETRC ?? join(homedir(), process.platform === 'win32' ? '_netrc' : '.netrc');
  try {
    const terms = { code: 'E_FORMAT', remedy: 'see this file', follow: true } as const;
    return netrcLogin(readRegularFile(path, maxConfigBytes, terms).bytes.toString('utf8'), host);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

const basic = ({ user, password }: Login): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function withLogin(address: string, login: Login | undefined): string {
  const url = new URL(address);
  if (login !== undefined) Object.assign(url, { username: login.user, password: login.password });
  return url.href;
}

const elsewhere = (file: string, named: string, index: string): Failure =>
  new Failure(
    'wheel-elsewhere',
    `${file} is said to be at ${hostOf(named)}, not at ${hostOf(index)}`,
    'use an index that serves its files itself, or from https',
  );

const otherDigest = (file: string, found: string, digest: string): Refusal =>
  new Refusal(
    'E_DIGEST',
    `${file} has the sha256 ${found}, not ${digest}`,
    'do not install it from here: the package index serves other bytes than were approved',
  );

/** The index answered, and has no such project, or no such file of it. */
export class NoSuchProject extends Failure {
  constructor(what: string, cause: unknown) {
    super('no-such-package', `the package index has no ${what}`, 'check the name and the version', { cause });
  }
}
