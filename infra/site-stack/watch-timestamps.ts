/** An alarm where the timestamp is not published any more: what was signed and not published helps no host. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { namesOf } from '../names.ts';

/** Where a timestamp is published. */
interface Place {
  /** Behind the ids of what watches it. */
  readonly suffix: string;
  readonly ruleName: string;
  readonly bucket: string;
  /** What hosts refuse without it. */
  readonly what: string;
}

/** S3 says of each timestamp that it was written, a log keeps that, and the alarm counts what the log gets. */
export function watchTimestamps(scope: Construct, deployment: Deployment): void {
  const { name, account, region, views = {} } = deployment;
  const names = namesOf(deployment);
  const places: readonly Place[] = [
    { suffix: '', ruleName: `${name}-site-timestamp`, bucket: names.siteBucket, what: 'the registry' },
    ...Object.keys(views).map((view) => ({
      suffix: `-${view}`,
      ruleName: `${name}-site-view-${view}-timestamp`,
      bucket: names.viewBucket(view),
      what: `the view in ${names.viewBucket(view)}`,
    })),
  ];
  const topic = Topic.fromTopicArn(scope, 'Alarms', `arn:aws:sns:${region}:${account}:${name}-alarms`);
  for (const place of places) watch(scope, deployment, place, topic);
  // By hand as well: CDK's own way adds a function. One for all, as a region has ten at most.
  new CfnResourcePolicy(scope, 'TimestampLogPolicy', {
    policyName: `${name}-site-timestamp`,
    policyDocument: JSON.stringify(
      new PolicyDocument({
        statements: [
          new PolicyStatement({
            effect: Effect.ALLOW,
            principals: [
              new ServicePrincipal('events.amazonaws.com'),
              new ServicePrincipal('delivery.logs.amazonaws.com'),
            ],
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: places.map(
              ({ ruleName }) => `arn:aws:logs:${region}:${account}:log-group:/aws/events/${ruleName}:*`,
            ),
            conditions: {
              ArnEquals: {
                'aws:SourceArn': places.map(({ ruleName }) => `arn:aws:events:${region}:${account}:rule/${ruleName}`),
              },
            },
          }),
        ],
      }),
    ),
  });
}

function watch(
  scope: Construct,
  { account, region }: Deployment,
  { suffix, ruleName, bucket, what }: Place,
  topic: ITopic,
): void {
  const log = new LogGroup(scope, `TimestampLog${suffix}`, {
    logGroupName: `/aws/events/${ruleName}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const rule = new Rule(scope, `TimestampPublished${suffix}`, {
    ruleName,
    description: `The timestamp of ${what} was published`,
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket] }, object: { key: ['metadata/timestamp.json'] } },
    },
    targets: [{ bind: () => ({ id: '', arn: `arn:aws:logs:${region}:${account}:log-group:${log.logGroupName}` }) }],
  });
  rule.node.addDependency(log);
  new Alarm(scope, `TimestampNearsExpiry${suffix}`, {
    alarmName: `${ruleName}-nears-expiry`,
    alarmDescription: `No timestamp was published for a day; hosts refuse ${what} 72 hours after the last one.`,
    metric: new Metric({
      namespace: 'AWS/Logs',
      metricName: 'IncomingLogEvents',
      dimensionsMap: { LogGroupName: `/aws/events/${ruleName}` },
      statistic: 'Sum',
      period: Duration.hours(1),
    }),
    threshold: 1,
    evaluationPeriods: 24,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
  }).addAlarmAction(new SnsAction(topic));
}
