/** The development key: made on first use, stored unencrypted in a file, and not accepted outside this machine. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, messageOf, systemCode } from '../../core/failure.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { toSecond } from '../../core/time.ts';
import { inMemory } from './p256-key.ts';
import type { SigningKey } from './signing-key.ts';

const mark =
  /^countersign development key, worth nothing elsewhere, made (?<madeAt>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n/u;

export interface DevelopmentKey extends SigningKey {
  /** The start of its validity. */
  readonly madeAt: string;
}

/** Opens the key in a file, or makes one there. @throws Failure `development-key` if the file cannot be used */
export async function openDevelopmentKey(file: string, now: Date): Promise<DevelopmentKey> {
  const { key, madeAt } = (await readKey(file)) ?? (await makeKey(file, now));
  return { environment: 'development', madeAt, ...inMemory(key) };
}

interface KeyFile {
  readonly key: KeyObject;
  readonly madeAt: string;
}

async function readKey(file: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw asDiskFailure(error, file);
  }
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw unfit(file, `can be read by others (mode ${(mode & 0o777).toString(8)})`, `run \`chmod 600 '${file}'\``);
  const again = 'delete it: a new one is made, and everything is signed again';
  const marked = mark.exec(text);
  const madeAt = marked?.groups?.madeAt;
  if (marked === null || madeAt === undefined) throw unfit(file, 'is not marked as a development key', again);
  try {
    const key = createPrivateKey(text.slice(marked[0].length));
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return { key, madeAt };
  } catch (error) {
    throw unfit(file, `holds no private key (${messageOf(error)})`, again);
  }
  throw unfit(file, 'holds no ECDSA key on P-256', again);
}

const unfit = (file: string, why: string, remedy: string): Failure =>
  new Failure('development-key', `the development key ${file} ${why}`, remedy);

async function makeKey(file: string, now: Date): Promise<KeyFile> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const made = { key: privateKey, madeAt: toSecond(now) };
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  try {
    await mkdir(dirname(file), { recursive: true });
    // `wx`: does not overwrite a key that another process made in between.
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`countersign development key, worth nothing elsewhere, made ${made.madeAt}\n${pem}`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      const other = await readKey(file);
      if (other === undefined) throw unfit(file, 'is a link to nowhere', 'delete it');
      return other;
    }
    throw asDiskFailure(error, file);
  }
  return made;
}
