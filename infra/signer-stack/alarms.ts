/** What a person must hear of. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { signs, type KeyName, type SignerFunction } from '../names.ts';

/** Whoever does one of these can sign, or keep others from signing. Lambda writes the version of its API behind. */
const changes: Readonly<Record<string, readonly (string | { readonly prefix: string })[]>> = {
  'kms.amazonaws.com': [
    'PutKeyPolicy',
    'ScheduleKeyDeletion',
    'DisableKey',
    'CreateGrant',
    'UpdateAlias',
    'DeleteAlias',
  ],
  'lambda.amazonaws.com': ['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission', 'DeleteFunction'].map(
    (prefix) => ({ prefix }),
  ),
  's3.amazonaws.com': [
    'PutBucketPolicy',
    'DeleteBucketPolicy',
    'PutBucketLifecycle',
    'PutBucketPublicAccessBlock',
    'PutBucketObjectLockConfiguration',
  ],
  'secretsmanager.amazonaws.com': ['PutResourcePolicy', 'DeleteResourcePolicy', 'PutSecretValue', 'UpdateSecret'],
  'cloudtrail.amazonaws.com': ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
  'events.amazonaws.com': ['DisableRule', 'DeleteRule', 'RemoveTargets'],
  'monitoring.amazonaws.com': ['DeleteAlarms', 'DisableAlarmActions'],
};

export interface Watched {
  readonly deployment: Deployment;
  readonly audit: LogGroup;
  readonly state: Bucket;
  readonly keys: Readonly<Record<KeyName, Key>>;
  readonly functions: Readonly<Record<SignerFunction, LambdaFunction>>;
}

export function alarms(scope: Construct, { deployment, audit, state, keys, functions }: Watched): void {
  const { name, account, region, alarmEmail } = deployment;
  const topic = new Topic(scope, 'Alarms', { topicName: `${name}-alarms`, enforceSSL: true });
  topic.addSubscription(new EmailSubscription(alarmEmail));
  // In the name of this account only: the services work for others too.
  const ours = (service: string, conditions: Record<string, unknown>): void => {
    topic.grantPublish(new ServicePrincipal(service, { conditions }));
  };
  ours('cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } });
  ours('events.amazonaws.com', { ArnLike: { 'aws:SourceArn': `arn:aws:events:${region}:${account}:rule/*` } });

  for (const [source, names] of Object.entries(changes)) {
    const service = source.split('.')[0] ?? source;
    new Rule(scope, `Changed-${service}`, {
      description: `Somebody changed what signs, or what watches it: ${service}`,
      eventPattern: {
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventSource: [source], eventName: [...names] },
      },
      targets: [{ bind: () => ({ id: '', arn: topic.topicArn }) }],
    });
  }

  const count = (id: string, pattern: string): IMetric =>
    new MetricFilter(scope, `Count-${id}`, {
      logGroup: audit,
      filterPattern: FilterPattern.literal(pattern),
      metricNamespace: name,
      metricName: id,
      metricValue: '1',
      defaultValue: 0,
    }).metric({ statistic: 'Sum', period: Duration.hours(1) });
  const alarm = (
    id: string,
    alarmDescription: string,
    metric: IMetric,
    { below = false, evaluationPeriods = 1 } = {},
  ): void => {
    new Alarm(scope, id, {
      alarmName: `${name}-${id}`,
      alarmDescription,
      metric,
      threshold: 1,
      evaluationPeriods,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(topic));
  };

  for (const [key, files] of Object.entries(signs) as [KeyName, readonly string[]][]) {
    const of = `$.requestParameters.bucketName = "${state.bucketName}" && $.errorCode NOT EXISTS`;
    const keyIs = files.map((file) => `$.requestParameters.key = "${file}"`).join(' || ');
    const signatures = count(
      `signatures-${key}`,
      `{ $.eventSource = "kms.amazonaws.com" && $.eventName = "Sign" && $.resources[0].ARN = "${keys[key].keyArn}" && $.errorCode NOT EXISTS }`,
    );
    const stored = count(
      `stored-${key}`,
      `{ $.eventSource = "s3.amazonaws.com" && $.eventName = "PutObject" && ${of} && (${keyIs}) }`,
    );
    alarm(
      `${key}-signed-more-than-stored`,
      `The key ${key} made signatures that are not in the store: find out who has them.`,
      new MathExpression({
        expression: 'FILL(signatures, 0) - FILL(stored, 0)',
        usingMetrics: { signatures, stored },
        period: Duration.hours(1),
        label: `${key}: signatures without a file`,
      }),
    );
    alarm(
      `${key}-refused`,
      `Somebody who may not use the key ${key} tried to.`,
      count(
        `refused-${key}`,
        `{ $.eventSource = "kms.amazonaws.com" && $.eventName = "Sign" && $.resources[0].ARN = "${keys[key].keyArn}" && $.errorCode = "AccessDenied*" }`,
      ),
    );
    if (key === 'timestamp')
      alarm(
        'timestamp-nears-expiry',
        'No timestamp was signed for a day; hosts refuse the registry 72 hours after the last one.',
        stored,
        { below: true, evaluationPeriods: 24 },
      );
  }
  for (const [of, fn] of Object.entries(functions))
    alarm(
      `${of}-failed`,
      `The function ${of} failed: its log says why.`,
      fn.metricErrors({ period: Duration.minutes(5) }),
    );
}
