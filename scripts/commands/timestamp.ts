import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { signTimestamp } from '../../signer/sign-timestamp.ts';
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
      const context = { now, readSecret: secretFrom(secretFile) };
      const signed = await signTimestamp(await openState(state, now), keys.timestamp, context);
      conclude(json, [], { signed }, [signed ? 'the timestamp is signed' : 'nothing is due']);
    });
}

/** @throws UsageError where there is no such file */
export async function readSignerFile(file: string): Promise<ReadSignerConfig> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read`, 'name the file with the configuration of the signer', { cause });
  });
  return readSignerConfig(file, bytes);
}
