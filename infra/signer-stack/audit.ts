/** A log of every use of the keys and of every write to the state, which nobody can change. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ReadWriteType, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ObjectLockRetention, type Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { privateBucket } from '../private-bucket.ts';

export function auditLog(scope: Construct, { name, retainDays }: Deployment, state: Bucket): LogGroup {
  const logGroup = new LogGroup(scope, 'AuditLog', {
    logGroupName: `/${name}/audit`,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const trail = new Trail(scope, 'Trail', {
    trailName: `${name}-signer`,
    bucket: privateBucket(scope, 'Audit', {
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(retainDays)),
      lifecycleRules: [
        { expiration: Duration.days(retainDays + 1), noncurrentVersionExpiration: Duration.days(1) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    }),
    // What KMS does is a management event: this is where every signature stands.
    managementEvents: ReadWriteType.ALL,
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableFileValidation: true,
    sendToCloudWatchLogs: true,
    cloudWatchLogGroup: logGroup,
  });
  trail.addS3EventSelector([{ bucket: state }], { readWriteType: ReadWriteType.ALL, includeManagementEvents: true });
  return logGroup;
}
