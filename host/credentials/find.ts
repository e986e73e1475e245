/**
 * Finds the secrets of a server, in this order: what the trust config says of them, and nothing else where it says something;
 * what `countersign credentials set` kept; the variable of the same name that countersign itself was started with.
 */
import { Failure } from '../../core/failure.ts';
import { secretInputs } from '../../core/secret-inputs.ts';
import type { Manifest, SecretSource } from '../../schemas/types.ts';
import { secretOfCommand } from './command.ts';
import { readSecretFile } from './file.ts';
import type { KeptSecrets } from './kept.ts';
import type { OpenKeychain } from './keychain.ts';
import { openSecret } from './secret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the secrets of one server may come from. */
export interface SecretSources {
  /** Of the trust config, by the name of the variable, or as `secretName` names what a request carries. */
  readonly mapped: ReadonlyMap<string, SecretSource>;
  readonly kept: KeptSecrets;
  readonly keychain: OpenKeychain;
}

/** Where a secret would be looked for: words for people, without the secret. */
export interface Place {
  readonly words: string;
  /** Undefined if there is none. @throws Refusal, Failure if it is there and cannot be used */
  readonly read: () => Promise<string | undefined>;
}

/** The one place that counts for a variable. */
export async function placeOf(name: string, sources: SecretSources, environment: Environment): Promise<Place> {
  const mapped = sources.mapped.get(name);
  if (mapped !== undefined) return placeMapped(name, mapped, sources, environment);
  const where = await sources.kept.where(name);
  if (where !== undefined)
    return {
      words: where === 'keychain' ? 'the keychain' : 'a private file of countersign',
      read: () => sources.kept.read(name, where),
    };
  return { words: 'the environment of countersign', read: async () => environment[name] || undefined };
}

function placeMapped(
  name: string,
  { keychain, file, command, environment: variable }: SecretSource,
  sources: SecretSources,
  environment: Environment,
): Place {
  const by = 'as the trust config says';
  if (file !== undefined) return { words: `the file ${file}, ${by}`, read: async () => readSecretFile(file) };
  if (command !== undefined)
    return { words: `the command ${command[0] ?? ''}, ${by}`, read: () => secretOfCommand(command) };
  if (keychain !== undefined) {
    const words = `the keychain, under ${keychain.service} and ${keychain.account}, ${by}`;
    return {
      words,
      read: async () => {
        const secret = await (await sources.keychain()).get(keychain);
        if (secret !== undefined) return openSecret(Buffer.from(secret), 'the keychain');
        throw new Failure(
          'secret-not-there',
          `${name} is to come from ${words}, which has no such entry`,
          `run \`countersign credentials set\` for it, which puts it there`,
        );
      },
    };
  }
  return {
    words: `the variable ${variable ?? ''} of countersign, ${by}`,
    read: async () => {
      const secret = environment[variable ?? ''];
      if (secret !== undefined && secret !== '') return secret;
      throw new Failure(
        'secret-not-there',
        `${name} is to come from the variable ${variable ?? ''}, which is not set`,
        'set it where countersign is started',
      );
    },
  };
}

export interface FoundSecrets {
  /** The variables of countersign itself, with each secret that was found under the name that the server has for it. */
  readonly environment: Environment;
  /** Takes the secrets out of the variables of this process, so that no other program that it starts is given them. */
  readonly hide: (own: Record<string, string | undefined>) => void;
}

/** @throws Refusal, Failure if a place is named for a secret and cannot give it */
export async function findSecrets(
  manifest: Pick<Manifest, 'launch' | 'remote'>,
  sources: SecretSources,
  environment: Environment,
): Promise<FoundSecrets> {
  const found = new Map<string, string>();
  const names: string[] = [];
  for (const { name } of secretInputs(manifest)) {
    const secret = await (await placeOf(name, sources, environment)).read();
    if (secret !== undefined) found.set(name, secret);
    names.push(name, sources.mapped.get(name)?.environment ?? name);
  }
  return {
    environment: { ...environment, ...Object.fromEntries(found) },
    hide: (own) => {
      for (const name of names) delete own[name];
    },
  };
}
