/**
 * What the site's deployment can do at most. Both policies belong to the signer, so that whoever deploys the site cannot
 * widen them: the first bounds the roles that the site's stack makes, the second is what CloudFormation may do for it.
 */
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { namesOf, readableState } from '../names.ts';

export function siteBoundary(scope: Construct, deployment: Deployment, state: Bucket): void {
  const { name, account, region } = deployment;
  const names = namesOf(deployment);
  const ofSite = [`arn:aws:s3:::${name}-site-*`, `arn:aws:s3:::${name}-site-*/*`];
  const allow = (actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>) =>
    new PolicyStatement({ effect: Effect.ALLOW, actions, resources, ...(conditions !== undefined && { conditions }) });

  const distributions = [`arn:aws:cloudfront::${account}:distribution/*`];
  new ManagedPolicy(scope, 'SiteBoundary', {
    managedPolicyName: `${name}-site-boundary`,
    description: 'The most that a role of the site can do',
    statements: [
      allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'], ofSite),
      allow(
        ['s3:GetObject'],
        readableState.map((key) => state.arnForObjects(key)),
      ),
      allow(['s3:ListBucket'], [state.bucketArn]),
      allow(['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], distributions),
    ],
  });

  const roles = [`arn:aws:iam::${account}:role/${name}-site-*`];
  const bounded = { StringEquals: { 'iam:PermissionsBoundary': names.boundaryArn } };
  new ManagedPolicy(scope, 'SiteDeployer', {
    managedPolicyName: `${name}-site-deployer`,
    description: 'What CloudFormation may do for the stack of the site',
    statements: [
      allow(
        [
          's3:CreateBucket',
          's3:DeleteBucketPolicy',
          's3:GetBucket*',
          's3:GetEncryptionConfiguration',
          's3:GetLifecycleConfiguration',
          's3:ListBucket',
          's3:PutBucket*',
          's3:PutEncryptionConfiguration',
          's3:PutLifecycleConfiguration',
        ],
        ofSite,
      ),
      // CloudFront knows no names before there is something.
      allow(['cloudfront:*'], ['*']),
      allow(['iam:CreateRole', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'], roles, bounded),
      allow(['iam:GetRole', 'iam:GetRolePolicy', 'iam:DeleteRole', 'iam:TagRole', 'iam:UpdateRoleDescription'], roles),
      allow(['iam:UpdateAssumeRolePolicy'], roles),
      allow(
        ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms'],
        [`arn:aws:cloudwatch:${region}:${account}:alarm:${name}-site-*`],
      ),
      allow(
        ['events:PutRule', 'events:DeleteRule', 'events:DescribeRule', 'events:PutTargets', 'events:RemoveTargets'],
        [`arn:aws:events:${region}:${account}:rule/${name}-site-*`],
      ),
      // Policies of logs have no names in addresses.
      allow(['logs:PutResourcePolicy', 'logs:DeleteResourcePolicy', 'logs:DescribeResourcePolicies'], ['*']),
      allow(
        [
          'logs:CreateLogGroup',
          'logs:DeleteLogGroup',
          'logs:DescribeLogGroups',
          'logs:PutRetentionPolicy',
          'logs:ListTagsForResource',
        ],
        [`arn:aws:logs:${region}:${account}:log-group:/aws/events/${name}-site-*`],
      ),
      allow(['ssm:GetParameters'], [`arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/cssite/*`]),
    ],
  });
}
