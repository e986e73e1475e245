/** Buckets for views. No distribution stands before them: it would show everybody what a group may see. */
import { ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { namesOf } from '../names.ts';
import { publishedBucket } from './published-bucket.ts';

export const viewBuckets = (scope: Construct, deployment: Deployment): readonly Bucket[] =>
  Object.entries(deployment.views ?? {}).map(([view, readers]) => {
    const bucket = publishedBucket(scope, `View-${view}`, namesOf(deployment).viewBucket(view));
    if (readers.length > 0) {
      const principals = readers.map((arn) => new ArnPrincipal(arn));
      const allow = (action: string, resource: string): void => {
        const statement = { effect: Effect.ALLOW, principals, actions: [action], resources: [resource] };
        bucket.addToResourcePolicy(new PolicyStatement(statement));
      };
      allow('s3:GetObject', bucket.arnForObjects('*'));
      // Without it, S3 says 403 for a file that is not there, and hosts take that for a failure.
      allow('s3:ListBucket', bucket.bucketArn);
    }
    return bucket;
  });
