/** A bucket for what is published: old versions stay for a month, and S3 says of each file that it was written. */
import { Duration } from 'aws-cdk-lib';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { privateBucket } from '../private-bucket.ts';

export function publishedBucket(scope: Construct, id: string, bucketName: string): Bucket {
  const bucket = privateBucket(scope, id, {
    bucketName,
    lifecycleRules: [
      { noncurrentVersionExpiration: Duration.days(30) },
      { abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  });
  // Set by hand: CDK's own way adds a function, with a role that nothing bounds.
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  return bucket;
}
