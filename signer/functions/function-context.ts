/** What each function starts from: files that were deployed with it. Its caller has no say in any of it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceOf, type Workspace } from '../../catalog/workspace.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import type { SignerConfig } from '../../schemas/types.ts';
import { systemClock, type Clock } from '../evidence/github/clock.ts';
import type { KeyContext } from '../keys/open-key.ts';
import { readSignerConfig } from '../signer-config.ts';
import { openState } from '../state/open-state.ts';
import type { State } from '../state/state.ts';

export interface FunctionContext extends KeyContext {
  readonly config: SignerConfig;
  readonly state: State;
  /** Which program this is: the same for all functions that were deployed together. */
  readonly program: string;
  /** Of this program. */
  readonly version: string;
  /** For downloads; it is empty at first, and gone afterwards. */
  readonly workspace: Workspace;
  /** For what is asked of the forge. */
  readonly clock: Clock;
}

/** Lends a context made of the files at `configFile` and beside it. @throws Failure `deployed` where one is not as it must be */
export async function withContext<T>(
  configFile: string,
  now: Date,
  use: (context: FunctionContext) => Promise<T>,
): Promise<T> {
  const config = await readConfig(configFile);
  const program = await readProgram(join(dirname(configFile), 'program.json'));
  const folder = await mkdtemp(join(tmpdir(), 'countersign-function-'));
  try {
    return await use({
      ...{ config, ...program, now, clock: systemClock },
      state: await openState(config.state, now),
      workspace: workspaceOf(folder, 'production'),
      readSecret: () =>
        Promise.reject(new Failure('no-secret', 'nobody is here to ask for a passphrase or a PIN', keysOfService)),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const keysOfService = 'use keys of a key service: awskms:///…';

async function readConfig(file: string): Promise<SignerConfig> {
  const read = readSignerConfig(file, await readDeployed(file));
  if (read.ok) return read.config;
  throw notAsItMustBe(file, read.problems.map(({ message }) => message).join('; '));
}

async function readProgram(file: string): Promise<Pick<FunctionContext, 'program' | 'version'>> {
  const value = parseJson(await readDeployed(file));
  const { digest: program, version } = isJsonObject(value) ? value : {};
  if (typeof program === 'string' && typeof version === 'string') return { program, version };
  throw notAsItMustBe(file, 'it names no program');
}

const readDeployed = (file: string): Promise<Buffer> =>
  readFile(file).catch((cause: unknown) => {
    throw new Failure('deployed', `${file} cannot be read`, 'deploy the function again, with infra/', { cause });
  });

const notAsItMustBe = (file: string, why: string): Failure =>
  new Failure('deployed', `${file} is not as it must be: ${why}`, 'correct the file, and deploy the function again');
