/** Makes CloudFront forget what was replaced under its name. Each path costs, and one for everything costs as much as one file. */
import { Failure, UsageError } from '../../core/failure.ts';
import { timestampFile } from './delivery.ts';

/**
 * `replaced` says whether more was replaced or removed than the timestamp. What is immutable is forgotten with them, and read from the bucket
 * again where somebody asks for it.
 */
const pathsOf = (replaced: boolean): string[] => [replaced ? '/*' : `/${timestampFile}`];

/** `reference` is the generation's: the same again makes no second invalidation. @throws Failure `cloudfront` */
export async function invalidate(
  distribution: string,
  reference: string,
  replaced: boolean,
): Promise<readonly string[]> {
  if (!/^E[A-Z0-9]{1,20}$/u.test(distribution))
    throw new UsageError('--distribution is no id of a CloudFront distribution', 'it looks like E2QWRUHAPOMQZL');
  const { CloudFrontClient, CreateInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  // It is global, and answers from there whatever region the rest is in.
  const client = new CloudFrontClient({ region: 'us-east-1', maxAttempts: 5 });
  const paths = pathsOf(replaced);
  try {
    await client.send(
      new CreateInvalidationCommand({
        DistributionId: distribution,
        InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: paths } },
      }),
      { abortSignal: AbortSignal.timeout(60_000) },
    );
    return paths;
  } catch (error) {
    // AWS's own words are left out: they may quote the request.
    const what = error instanceof Error && /^\w{1,80}$/u.test(error.name) ? error.name : 'an error';
    throw new Failure(
      'cloudfront',
      `the registry is published, and CloudFront was not told to forget what it cached: ${what}`,
      'caches forget it within five minutes by themselves; allow cloudfront:CreateInvalidation for the next time',
    );
  }
}
