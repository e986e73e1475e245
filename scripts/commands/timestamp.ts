import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { openKey } from '../../signer/keys/open-key.ts';
import { MetadataStore } from '../../signer/metadata/metadata-store.ts';
import { updateTimestamp } from '../../signer/metadata/repository.ts';
import { readSignerConfig, type ReadSignerConfig } from '../../signer/signer-config.ts';
import { openState } from '../../signer/state/open-state.ts';
import { conclude, withJson } from './common.ts';
import { secretFrom, withSecret, type KeyOptions } from './key-options.ts';

interface TimestampOptions extends KeyOptions {
  readonly signer: string;
}

/** `registry timestamp`: keeps hosts going while nothing changes. It reads no manifest and asks no forge. */
export function timestamp(program: Command): void {
  withSecret(withJson(program.command('timestamp')))
    .description('sign the timestamp again where it ends soon, with the timestamp key alone: every six hours')
    .requiredOption('--signer <file>', 'the configuration of the signer')
    .action(async ({ signer, json, secretFile }: TimestampOptions) => {
      const now = new Date();
      const read = await readSignerFile(signer);
      if (!read.ok) return conclude(json, read.problems, {}, []);
      const { state, keys } = read.config;
      const store = new MetadataStore(await openState(state, now));
      const key = await openKey(keys.timestamp, { now, readSecret: secretFrom(secretFile) });
      try {
        const signed = await updateTimestamp(store, key, now);
        conclude(json, [], { signed }, [signed ? 'the timestamp is signed' : 'nothing is due']);
      } finally {
        await key.close?.();
      }
    });
}

/** @throws UsageError where there is no such file */
export async function readSignerFile(file: string): Promise<ReadSignerConfig> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read`, 'name the file with the configuration of the signer', { cause });
  });
  return readSignerConfig(file, bytes);
}
