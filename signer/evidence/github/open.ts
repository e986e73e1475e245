/** GitHub as the signer's configuration names it. */
import { readFile } from 'node:fs/promises';
import type { GitObjects } from '../../../catalog/objects/git-objects.ts';
import { rememberObjects } from '../../../catalog/objects/remember-objects.ts';
import type { ForgeConfig } from '../../../schemas/types.ts';
import { Failure, messageOf } from '../../../core/failure.ts';
import { forgeDeadlineMs } from '../../../core/limits.ts';
import type { Forge } from '../forge.ts';
import { askingTime } from './asking-time.ts';
import { githubClient } from './client.ts';
import type { Clock } from './clock.ts';
import { githubCredential } from './credential.ts';
import { githubForge } from './forge.ts';
import { githubObjects } from './objects.ts';

/** GitHub as what it is asked for: who approved, and the objects of the repository. */
export interface GitHub {
  readonly forge: Forge;
  readonly objects: GitObjects;
}

/**
 * For one run; nothing is asked yet.
 * @throws Failure `forge-credentials` where the address of the credential is none; `forge-unsafe`
 */
export function openGitHub(config: ForgeConfig, clock: Clock): GitHub {
  const transport = { api: config.api, clock, time: askingTime(clock, forgeDeadlineMs) };
  const authorization = githubCredential(config.token, {
    ...{ now: clock.now, readSecret, transport },
    repository: config.repository.id,
  });
  const client = githubClient({ ...transport, authorization });
  return {
    forge: githubForge(client, config),
    objects: rememberObjects(githubObjects(client, config.repository)),
  };
}

/** The secret at `env:<variable>`, `file:<path>` or `awssecret:<name or ARN>`. What went wrong is said without it. */
async function readSecret(address: string): Promise<string> {
  const { kind = '', place = '' } = /^(?<kind>env|file|awssecret):(?<place>.+)$/su.exec(address)?.groups ?? {};
  const secret = await secretIn(kind, place).catch((error: unknown) => {
    throw new Failure('forge-credentials', `${address} cannot be read: ${messageOf(error)}`, 'put the secret there');
  });
  if (secret !== undefined && secret.trim() !== '') return secret.trim();
  throw new Failure('forge-credentials', `there is nothing at ${address}`, 'put the secret there');
}

async function secretIn(kind: string, place: string): Promise<string | undefined> {
  if (kind === 'env') return process.env[place];
  if (kind === 'file') return readFile(place, 'utf8');
  // The AWS SDK is loaded where a secret is in AWS, and not before.
  return import('./aws-secret.ts').then(({ readAwsSecret }) => readAwsSecret(place));
}
