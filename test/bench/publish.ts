/** What it costs to sign, build and publish: a whole registry once, and one changed server of many. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { listenAws, type AwsServer } from '../fakes/aws/server.ts';
import { measureCases, measureOnce, usageRow, type Case, type Most, type Row, type Usage } from './measure.ts';
import { approvedRegistry } from './sign.ts';

/** Its lock has the size of most. */
const original = 'memory';
const bucket = 'published';

const [seconds, MB] = [1000, 1_000_000];
/** Of one changed server of 10,000. The site is built by a process of its own, whose time is in it and whose memory is not. */
const most: Most = { tookMs: 15 * seconds, rssBytes: 1000 * MB };

export async function benchPublish(folder: string, count: number): Promise<Row[]> {
  const at = join(folder, 'registry');
  await approvedRegistry(at, count, original);
  const { aws, close } = await listenAws();
  aws.createBucket(bucket);
  const stage = (name: string, what: string, ...words: string[]): Case => ({
    ...{ what: `  ${what}`, folder: at, program: join(import.meta.dirname, `${name}-program.ts`), words, env: aws.env },
  });
  const stages = (...changed: string[]): Case[] => [
    stage('sign', 'sign', ...changed),
    stage('build', 'build'),
    stage('publish', 'publish', `s3://${bucket}/registry`),
  ];
  const servers = `${count.toLocaleString('en')} servers`;
  try {
    const first = await eachOnce(stages(), aws);
    // What the first time wrote is still on its way to the disk, and the next stage would wait for it.
    spawnSync('sync', { stdio: 'ignore' });
    const { used, rows } = await measureCases(stages(`${original}-1`));
    const again = await eachOnce(stages(`${original}-1`), aws);
    return [
      usageRow(`sign, build and publish ${servers} for the first time`, together(first.used)),
      ...first.rows,
      ['  requests of publishing', first.requests, ''],
      usageRow(`sign, build and publish one changed of ${servers}`, together(used), most),
      ...rows,
      ['  requests of publishing', again.requests, ''],
    ];
  } finally {
    await close();
  }
}

/** Each stage once, and what the last one asked of the bucket. */
async function eachOnce(
  cases: readonly Case[],
  aws: AwsServer,
): Promise<{ readonly used: Usage[]; readonly rows: Row[]; readonly requests: string }> {
  const used: Usage[] = [];
  for (const each of cases) {
    aws.calls.length = 0;
    used.push(await measureOnce(each));
  }
  const rows = cases.flatMap(({ what }, index) => used.slice(index, index + 1).map((each) => usageRow(what, each)));
  return { used, rows, requests: requestsOf(aws) };
}

/** One stage begins when the one before has ended. */
const together = (used: readonly Usage[]): Usage => ({
  tookMs: sum(used.map(({ tookMs }) => tookMs)),
  cpuMs: sum(used.map(({ cpuMs }) => cpuMs)),
  rssBytes: Math.max(...used.map(({ rssBytes }) => rssBytes)),
});

function requestsOf({ calls, counted }: AwsServer): string {
  const uploads = counted()['PutObject'] ?? 0;
  const [up, down] = [sum(calls.map(({ bytesIn }) => bytesIn)), sum(calls.map(({ bytesOut }) => bytesOut))];
  const size = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;
  return `${calls.length}, of which ${uploads} upload; ${size(up)} sent, ${size(down)} received`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
