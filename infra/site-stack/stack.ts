/** What is published, and how it is reached. It holds no key, and nothing here can reach one. */
import { CfnOutput, DefaultStackSynthesizer, Stack, type App } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Deployment } from '../deployment.ts';
import { githubRole } from '../github-role.ts';
import { namesOf, readableState } from '../names.ts';
import { siteDistribution } from './distribution.ts';
import { publishedBucket } from './published-bucket.ts';
import { viewBuckets } from './view-buckets.ts';
import { watchTimestamps } from './watch-timestamps.ts';

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
    const site = publishedBucket(this, 'Site', names.siteBucket);
    const views = viewBuckets(this, deployment);
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
    const published = [site, ...views];
    allow(
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      published.map((bucket) => bucket.arnForObjects('*')),
    );
    allow(
      ['s3:ListBucket'],
      published.map(({ bucketArn }) => bucketArn),
    );
    allow(['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], [distribution.distributionArn]);
    const state = `arn:aws:s3:::${names.stateBucket}`;
    allow(
      ['s3:GetObject'],
      readableState.map((key) => `${state}/${key}`),
    );
    allow(['s3:ListBucket'], [state]);

    watchTimestamps(this, deployment);
    new CfnOutput(this, 'Bucket', { value: site.bucketName });
    if (views.length > 0)
      new CfnOutput(this, 'ViewBuckets', { value: views.map(({ bucketName }) => bucketName).join(' ') });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
    new CfnOutput(this, 'DistributionDomain', { value: distribution.distributionDomainName });
    new CfnOutput(this, 'PublisherRole', { value: publisher.roleArn });
  }
}
