/** GitHub as the signer's configuration names it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { ForgeConfig } from '../../../schemas/types.ts';
import { Failure, messageOf } from '../../../core/failure.ts';
import type { Forge } from '../forge.ts';
import { githubClient } from './client.ts';
import { githubCredential } from './credential.ts';
import { githubForge } from './forge.ts';
import type { ForgeTimes } from './transport.ts';

export interface GitHubContext {
  readonly now: () => Date;
  /** For tests; absent, GitHub's usual times. */
  readonly times?: ForgeTimes;
}

/** Nothing is asked yet. @throws Failure `forge-credentials` where the address of the credential is none */
export function openGitHub(config: ForgeConfig, { now, times }: GitHubContext): Forge {
  const transport = {
    api: config.api,
    pause: (ms: number): Promise<void> => pause(ms),
    ...(times !== undefined && { times }),
  };
  const authorization = githubCredential(config.token, { now, readSecret, transport });
  return githubForge(githubClient({ ...transport, authorization }), config);
}

/** The secret at `env:<variable>` or `file:<path>`. What went wrong is said without it. */
async function readSecret(address: string): Promise<string> {
  const { kind, place = '' } = /^(?<kind>env|file):(?<place>.+)$/su.exec(address)?.groups ?? {};
  const secret =
    kind === 'env'
      ? process.env[place]
      : await readFile(place, 'utf8').catch((error: unknown) => {
          throw new Failure(
            'forge-credentials',
            `${address} cannot be read: ${messageOf(error)}`,
            'put the secret there',
          );
        });
  if (secret !== undefined && secret.trim() !== '') return secret.trim();
  throw new Failure('forge-credentials', `there is nothing at ${address}`, 'put the secret there');
}
