import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { columns, progress, say } from '../../host/output.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { invalidate } from '../publish/invalidate.ts';
import { readLocalFiles } from '../publish/local-files.ts';
import { publish as publishFiles, type Publishing } from '../publish/publish.ts';
import { counted, openTarget, type Cost } from '../publish/target.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { builtWorkspace, withAudience, type AudienceOption } from './view-options.ts';

interface PublishOptions extends CommonOptions, AudienceOption {
  readonly to: string;
  readonly all?: true;
  readonly distribution?: string;
  readonly graceDays: string;
}

/** Shorter than what another run waits for. */
export const aloneMs = 10 * 60_000;

/** `registry publish`: sends dist/ to where hosts fetch it. */
export function publish(program: Command): void {
  withAudience(withJson(program.command('publish')), 'publish')
    .description('send dist/ to a bucket or a folder; nothing that hosts would refuse, and only what changed')
    .requiredOption('--to <address>', 's3://<bucket>/<prefix> or file:///<folder>')
    .option('--all', 'send every file, whatever is said to be there')
    .option('--distribution <id>', 'the CloudFront distribution that is to forget what it has cached')
    .option('--grace-days <days>', 'how long files stay that only older generations need', '7')
    .action(async ({ to, all, audience, distribution, graceDays, json }: PublishOptions) => {
      const now = new Date();
      const started = performance.now();
      const days = readDays(graceDays);
      const { target, cost } = counted(await openTarget(to, now));
      const { dist, hashed } = await builtWorkspace(workspaceOf(here(), 'development'), audience);
      const local = await readLocalFiles(dist, all ? undefined : hashed);
      const done = await publishFiles(target, local, {
        ...{ now, id: randomUUID(), graceDays: days, ...(all && { all }) },
        isAlone: () => performance.now() - started < aloneMs,
        onSent: progress('sending'),
      });
      await concludePublishing(done, { json, distribution, cost, started }, (generation) =>
        done.changed
          ? `generation ${generation} is published: ${done.sent} files sent, ${done.unchanged} were there, ${done.removed} removed`
          : `nothing changed since generation ${generation}`,
      );
    });
}

interface Run {
  readonly json: true | undefined;
  readonly distribution: string | undefined;
  readonly cost: Readonly<Cost>;
  readonly started: number;
}

/** Lets caches forget what was replaced, and says what was done and what it cost. */
export async function concludePublishing(
  { problems, registry, replaced, ...done }: Publishing,
  { json, distribution, cost, started }: Run,
  line: (generation: number) => string,
): Promise<void> {
  const { generation, changed } = done;
  const invalidated =
    distribution !== undefined && changed && generation !== undefined
      ? await invalidate(distribution, `${registry}-${generation}`, replaced)
      : [];
  const seconds = Math.round(performance.now() - started) / 1000;
  if (!json && generation !== undefined)
    say(
      ...columns([
        [
          'requests',
          `${cost.reads} reads`,
          `${cost.writes + cost.conditionalWrites} writes`,
          `${cost.deletes} deletes`,
        ],
        ['bytes', `${cost.bytesRead} read`, `${cost.bytesWritten} written`, `${seconds} s`],
      ]),
    );
  conclude(
    json,
    problems,
    { ...done, invalidated, cost: { ...cost, seconds } },
    generation === undefined ? [] : [line(generation)],
  );
}

function readDays(text: string): number {
  if (/^\d{1,4}$/u.test(text)) return Number(text);
  throw new UsageError(`--grace-days is ${JSON.stringify(text)}`, 'give it as a number of days up to 9999');
}
