/** Whom the signer's template tells of what, and what it keeps. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, test } from 'vitest';
import { keys, signerFunctions, type KeyName } from './names.ts';
import { signer } from './templates.ts';

describe('somebody hears', () => {
  test.each([
    ['kms', 'PutKeyPolicy'],
    ['kms', 'ScheduleKeyDeletion'],
    ['lambda', { prefix: 'UpdateFunctionCode' }],
    ['lambda', { prefix: 'AddPermission' }],
    ['s3', 'PutBucketPolicy'],
    ['cloudtrail', 'StopLogging'],
  ])('of %s %j', (service, name) => {
    signer.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { eventSource: [`${service}.amazonaws.com`], eventName: Match.arrayWith([name]) } },
      Targets: [{ Arn: { Ref: Match.stringLikeRegexp('Alarms') } }],
    });
  });

  test.each(Object.keys(keys) as KeyName[])('of a signature of %s that is not in the store', (key) => {
    signer.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `countersign-${key}-signed-more-than-stored`,
      Metrics: Match.arrayWith([Match.objectLike({ Expression: 'FILL(signatures, 0) - FILL(stored, 0)' })]),
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Alarms') }],
    });
  });

  test('of a timestamp that was not signed for a day', () => {
    signer.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'countersign-timestamp-nears-expiry',
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 24,
      TreatMissingData: 'breaching',
    });
  });

  test.each(signerFunctions)('of a failure of %s', (name) => {
    signer.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `countersign-${name}-failed`,
      MetricName: 'Errors',
    });
  });
});

test('every call of KMS and every use of the state is logged where nobody can change it', () => {
  signer.hasResourceProperties('AWS::CloudTrail::Trail', {
    IsLogging: true,
    IsMultiRegionTrail: true,
    EnableLogFileValidation: true,
    EventSelectors: Match.arrayWith([
      Match.objectLike({
        ReadWriteType: 'All',
        IncludeManagementEvents: true,
        ExcludeManagementEventSources: Match.absent(),
      }),
      Match.objectLike({ DataResources: [Match.objectLike({ Type: 'AWS::S3::Object' })] }),
    ]),
  });
});
