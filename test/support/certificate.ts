/** Certificates for servers on loopback. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for 127.0.0.1 and its key, made for this run. Nothing where openssl is not there. */
export function makeCertificate(folder: string): Certificate | undefined {
  const keyFile = join(folder, 'key.pem');
  const words = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '2'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile];
  try {
    const cert = execFileSync('openssl', [...words, ...subject], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { cert, key: readFileSync(keyFile, 'utf8') };
  } catch (error) {
    if (process.env['CI']) throw error;
    return undefined;
  }
}
