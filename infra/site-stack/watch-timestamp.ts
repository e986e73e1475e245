/** An alarm where the timestamp is not published any more: what was signed and not published helps no host. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { namesOf } from '../names.ts';

/** S3 says of each timestamp that it was written, a log keeps that, and the alarm counts what the log gets. */
export function watchTimestamp(scope: Construct, deployment: Deployment): void {
  const { name, account, region } = deployment;
  const ruleName = `${name}-site-timestamp`;
  const log = new LogGroup(scope, 'TimestampLog', {
    logGroupName: `/aws/events/${ruleName}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const rule = new Rule(scope, 'TimestampPublished', {
    ruleName,
    description: 'The timestamp was published',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [namesOf(deployment).siteBucket] }, object: { key: ['metadata/timestamp.json'] } },
    },
    targets: [{ bind: () => ({ id: '', arn: `arn:aws:logs:${region}:${account}:log-group:${log.logGroupName}` }) }],
  });
  // By hand as well: CDK's own way adds a function.
  new CfnResourcePolicy(scope, 'TimestampLogPolicy', {
    policyName: ruleName,
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
            resources: [`arn:aws:logs:${region}:${account}:log-group:/aws/events/${ruleName}:*`],
            conditions: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${region}:${account}:rule/${ruleName}` } },
          }),
        ],
      }),
    ),
  });
  rule.node.addDependency(log);
  new Alarm(scope, 'TimestampNearsExpiry', {
    alarmName: `${name}-site-timestamp-nears-expiry`,
    alarmDescription: 'No timestamp was published for a day; hosts refuse the registry 72 hours after the last one.',
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
  }).addAlarmAction(
    new SnsAction(Topic.fromTopicArn(scope, 'Alarms', `arn:aws:sns:${region}:${account}:${name}-alarms`)),
  );
}
