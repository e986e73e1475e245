/**
 * The bucket that the signer keeps its work in. Its policy holds for everybody, whatever their own policies allow:
 * who may write where, never without a condition, and nothing that was signed goes away.
 */
import { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ObjectLockRetention, type Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { madeOnce, namesOf, writes, type SignerFunction } from '../names.ts';
import { privateBucket } from '../private-bucket.ts';

export function stateBucket(scope: Construct, deployment: Deployment): Bucket {
  const names = namesOf(deployment);
  const bucket = privateBucket(scope, 'State', {
    bucketName: names.stateBucket,
    objectLockEnabled: true,
    objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(deployment.retainDays)),
    lifecycleRules: [
      // Old metadata and old indexes; the lock still keeps them for its time.
      ...['metadata/', 'index/'].map((prefix) => ({ prefix, noncurrentVersionExpiration: Duration.days(30) })),
      { abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  });
  const at = (keys: readonly string[]): string[] => keys.map((key) => bucket.arnForObjects(key));
  const forbid = (
    sid: string,
    actions: readonly string[],
    where: { readonly resources: string[] } | { readonly notResources: string[] },
    conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ): void => {
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: [...actions],
        ...where,
        ...(conditions !== undefined && { conditions }),
      }),
    );
  };

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
  forbid(
    'NoWriteWithoutCondition',
    ['s3:PutObject'],
    { resources: at(['*']) },
    {
      Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' },
    },
  );
  forbid('MadeOnce', ['s3:PutObject'], { resources: at(madeOnce) }, { Null: { 's3:if-none-match': 'true' } });
  forbid('DeleteMetadataOnly', ['s3:DeleteObject'], { notResources: at(['metadata/*']) });
  forbid('KeepVersionsAndLocks', ['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3:PutObjectAcl'], {
    resources: at(['*']),
  });

  const all = Object.entries(writes) as [SignerFunction, readonly string[]][];
  for (const keys of new Set(all.flatMap(([, each]) => each))) {
    const writers = all.filter(([, each]) => each.includes(keys)).map(([name]) => names.roleArn(name));
    forbid(
      `WritersOf${keys
        .replaceAll(/[^a-z]+/gu, ' ')
        .replaceAll(/ ?\b([a-z])/gu, (_, letter: string) => letter.toUpperCase())
        .trim()}`,
      ['s3:PutObject', 's3:PutObjectRetention'],
      { resources: at([keys]) },
      { ArnNotEquals: { 'aws:PrincipalArn': writers } },
    );
  }
  forbid('NothingElse', ['s3:PutObject'], { notResources: at(all.flatMap(([, each]) => each)) });
  forbid(
    'OnlyRepositoryDeletes',
    ['s3:DeleteObject'],
    { resources: at(['*']) },
    { ArnNotEquals: { 'aws:PrincipalArn': [names.roleArn('repository'), names.roleArn('timestamp')] } },
  );
  return bucket;
}
