/** Makes CloudFront forget what changes under its name. Few wide paths: each costs, and all of them together little. */
import { Failure, UsageError } from '../../core/failure.ts';

/** What is immutable is left: it is never wrong. `/v0*` is both versions of the API; the lists of other programs expire soon. */
const paths = [
  '/',
  '/index.html',
  '/404.html',
  '/search.json',
  '/servers/*',
  '/v0*',
  '/trust/*',
  '/metadata/timestamp.json',
];

/** `reference` is the generation's: the same again makes no second invalidation. @throws Failure `cloudfront` */
export async function invalidate(distribution: string, reference: string): Promise<readonly string[]> {
  if (!/^E[A-Z0-9]{1,20}$/u.test(distribution))
    throw new UsageError('--distribution is no id of a CloudFront distribution', 'it looks like E2QWRUHAPOMQZL');
  const { CloudFrontClient, CreateInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  // It is global, and answers from there whatever region the rest is in.
  const client = new CloudFrontClient({ region: 'us-east-1', maxAttempts: 5 });
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
