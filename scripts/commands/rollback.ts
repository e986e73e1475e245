import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { progress } from '../../host/output.ts';
import { rollback as rollBack } from '../publish/rollback.ts';
import { counted, openTarget } from '../publish/target.ts';
import { concludePublishing, aloneMs } from './publish.ts';
import { withJson, type CommonOptions } from './common.ts';

interface RollbackOptions extends CommonOptions {
  readonly at: string;
  readonly distribution?: string;
}

/** `registry rollback`: the pages and lists of an older generation, published again. */
export function rollback(program: Command): void {
  withJson(program.command('rollback <generation>'))
    .description('publish the pages and lists of an older generation again; what is signed never goes back')
    .requiredOption('--at <address>', 'where it is published: s3://<bucket>/<prefix> or file:///<folder>')
    .option('--distribution <id>', 'the CloudFront distribution that is to forget what it has cached')
    .action(async (text: string, { at, distribution, json }: RollbackOptions) => {
      const [now, started] = [new Date(), performance.now()];
      const wanted = readGeneration(text);
      const { target, cost } = counted(await openTarget(at, now));
      const done = await rollBack(target, wanted, {
        ...{ now, id: randomUUID(), onSent: progress('sending') },
        isAlone: () => performance.now() - started < aloneMs,
      });
      await concludePublishing(done, { json, distribution, cost, started }, (generation) =>
        done.changed
          ? `generation ${generation} is published: the pages of generation ${wanted}, and what is signed as it was`
          : `the pages of generation ${wanted} are published already`,
      );
    });
}

function readGeneration(text: string): number {
  if (/^[1-9]\d{0,14}$/u.test(text)) return Number(text);
  throw new UsageError(
    `${JSON.stringify(text)} is no generation`,
    'give its number, as `registry status --at <address>` lists them',
  );
}
