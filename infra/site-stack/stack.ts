/** What is published, and how it is reached. It holds no key, and nothing here can reach one. */
import { CfnOutput, DefaultStackSynthesizer, Duration, Stack, type App } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Deployment } from '../deployment.ts';
import { githubRole } from '../github-role.ts';
import { namesOf, readableState } from '../names.ts';
import { privateBucket } from '../private-bucket.ts';
import { siteDistribution } from './distribution.ts';
import { watchTimestamp } from './watch-timestamp.ts';

export class SiteStack extends Stack {
  /** `routing` is the text of the CloudFront function. */
  constructor(app: App, deployment: Deployment, routing: string) {
    super(app, 'Site', {
      stackName: `${deployment.name}-site`,
      description: 'Countersign: the published registry and its distribution',
      env: { account: deployment.account, region: deployment.region },
      terminationProtection: true,
      // Other people deploy this than the signer, with other roles.
      synthesizer: new DefaultStackSynthesizer({ qualifier: 'cssite' }),
    });
    const names = namesOf(deployment);
    const site = privateBucket(this, 'Site', {
      bucketName: names.siteBucket,
      lifecycleRules: [
        { noncurrentVersionExpiration: Duration.days(30) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    // Set by hand: CDK's own way adds a function, with a role that nothing bounds.
    (site.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    const distribution = siteDistribution(this, deployment, site, routing);

    const publisher = githubRole(this, 'Publisher', deployment, {
      roleName: names.role('site-publisher'),
      description: 'May publish what the signer signed',
      environment: 'publisher',
      boundaryArn: names.boundaryArn,
    });
    const allow = (actions: string[], resources: string[]): void => {
      publisher.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    };
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [site.arnForObjects('*')]);
    allow(['s3:ListBucket'], [site.bucketArn]);
    allow(['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], [distribution.distributionArn]);
    const state = `arn:aws:s3:::${names.stateBucket}`;
    allow(
      ['s3:GetObject'],
      readableState.map((key) => `${state}/${key}`),
    );
    allow(['s3:ListBucket'], [state]);

    watchTimestamp(this, deployment);
    new CfnOutput(this, 'Bucket', { value: site.bucketName });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
    new CfnOutput(this, 'DistributionDomain', { value: distribution.distributionDomainName });
    new CfnOutput(this, 'PublisherRole', { value: publisher.roleArn });
  }
}
