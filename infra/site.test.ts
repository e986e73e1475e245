/** What the site's template promises, and what both do. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { namesOf } from './names.ts';
import { list, may, policiesOf, resolve, type Resources, type Statement } from './policy-check.ts';
import { both, deployment, signer, site, siteOf } from './templates.ts';

const resourcesOf = (template: typeof site): Resources => template.toJSON()['Resources'] as Resources;
const names = namesOf(deployment);
const publisher = names.roleArn('site-publisher');
const policies = policiesOf(resourcesOf(site), resourcesOf(signer));

/** Every statement of a template, wherever it stands. */
function statementsOf(resources: Resources): readonly Statement[] {
  const found: Statement[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('Statement' in value) found.push(...(list(value.Statement) as Statement[]));
    Object.values(value).forEach(look);
  };
  look(resolve(resources, resources));
  return found;
}

/** Statements that let anybody in. */
const letsAnybodyIn = (statements: readonly Statement[]): readonly Statement[] =>
  statements.filter(
    ({ Effect: effect, Principal: principal }) => effect === 'Allow' && JSON.stringify(principal ?? '').includes('"*"'),
  );

describe.each(both)('the template of the %s', (_, template) => {
  const resources = resourcesOf(template);
  const statements = statementsOf(resources);

  test('lets nobody in by a wildcard', () => {
    expect(statements.length).toBeGreaterThan(5);
    expect(letsAnybodyIn(statements)).toEqual([]);
    expect(letsAnybodyIn([{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject' }])).toHaveLength(1);
  });

  test('lets a service of AWS in only where it works for this account', () => {
    const ofServices = statements.filter(
      ({ Effect: effect, Action: action, Principal: principal }) =>
        effect === 'Allow' && action === 'sns:Publish' && JSON.stringify(principal).includes('Service'),
    );
    expect(ofServices).toHaveLength(template === signer ? 2 : 0);
    for (const { Condition: condition } of ofServices) expect(JSON.stringify(condition)).toContain('111122223333');
  });

  test('has no bucket that is public, unencrypted, without versions or open to others', () => {
    const buckets = Object.values(resources).filter(({ Type: type }) => type === 'AWS::S3::Bucket');
    expect(buckets.length).toBeGreaterThanOrEqual(2);
    template.allResources('AWS::S3::Bucket', {
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.anyValue(),
        VersioningConfiguration: { Status: 'Enabled' },
        AccessControl: Match.absent(),
        WebsiteConfiguration: Match.absent(),
      },
      DeletionPolicy: 'Retain',
    });
    template.resourceCountIs('AWS::S3::BucketPolicy', buckets.length);
    template.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
          }),
        ]),
      },
    });
  });

  test('trusts workflows of one repository, by its id, in one environment and on main', () => {
    const trusted = statements.filter(({ Action: action }) => action === 'sts:AssumeRoleWithWebIdentity');
    expect(trusted.length).toBeGreaterThan(0);
    const issuer = 'token.actions.githubusercontent.com';
    for (const { Condition: condition } of trusted) {
      const environment = condition?.['StringEquals']?.[`${issuer}:environment`] as string;
      expect(['asker', 'refresher', 'publisher']).toContain(environment);
      expect(condition).toEqual({
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: [
            `repo:example@1234567/registry@7654321:environment:${environment}`,
            `repo:example/registry:environment:${environment}`,
          ],
          [`${issuer}:repository_id`]: '7654321',
          [`${issuer}:repository_owner_id`]: '1234567',
          [`${issuer}:environment`]: environment,
          [`${issuer}:ref`]: 'refs/heads/main',
        },
      });
    }
  });

  test('holds no code of anybody else, and no role that AWS wrote', () => {
    expect(Object.values(resources).filter(({ Type: type }) => type.startsWith('Custom::'))).toEqual([]);
    expect(JSON.stringify(resources)).not.toContain('service-role/');
  });
});

test('kms:Sign stands in the policies of the three keys, and nowhere else', () => {
  const uses = (statements: readonly Statement[]): number =>
    statements.filter(
      ({ Action: action, Effect: effect }) => effect === 'Allow' && /kms:(?:Sign|\*)|^\*$/u.test(list(action).join()),
    ).length;
  expect(uses(statementsOf(resourcesOf(signer)))).toBe(3);
  expect(JSON.stringify(resourcesOf(site))).not.toContain('kms:');
});

describe('a view', () => {
  const bucket = `arn:aws:s3:::${names.viewBucket('developers')}`;
  const ask = (who: string, action: string, resource: string): boolean => may(policies, { who, action, resource });

  test('is written by the publisher, as the registry is', () => {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])
      expect(ask(publisher, action, `${bucket}/x.json`)).toBe(true);
    expect(ask(publisher, 's3:ListBucket', bucket)).toBe(true);
    for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucket']) expect(ask(publisher, action, bucket)).toBe(false);
    // It is one that the deployment names.
    expect(ask(publisher, 's3:PutObject', `arn:aws:s3:::${names.viewBucket('others')}/x.json`)).toBe(false);
  });

  test('is read by the roles that the deployment names, which change nothing, and read nothing else', () => {
    const [reader = ''] = deployment.views?.['developers'] ?? [];
    expect(ask(reader, 's3:GetObject', `${bucket}/x.json`)).toBe(true);
    expect(ask(reader, 's3:ListBucket', bucket)).toBe(true);
    expect(ask(reader, 's3:GetObjectVersion', `${bucket}/x.json`)).toBe(false);
    expect(ask(reader, 's3:PutObject', `${bucket}/x.json`)).toBe(false);
    expect(ask(reader, 's3:GetObject', `arn:aws:s3:::${names.siteBucket}/x.json`)).toBe(false);
    for (const other of ['asker', 'refresher', 'approve'])
      expect(ask(names.roleArn(other), 's3:GetObject', `${bucket}/x.json`)).toBe(false);
  });

  test('is read by nobody else, and by no distribution', () => {
    const readers = (policies.resource.get(bucket) ?? []).filter(({ Effect: effect }) => effect === 'Allow');
    const reader = { AWS: deployment.views?.['developers']?.[0] };
    expect(readers.map(({ Principal: principal }) => principal)).toEqual([reader, reader]);
    site.resourceCountIs('AWS::CloudFront::Distribution', 1);
    expect(JSON.stringify(site.findResources('AWS::CloudFront::Distribution'))).not.toContain('Viewdevelopers');
  });

  test('is not in the template where the deployment names none', () => {
    const { views: _, ...without } = deployment;
    const template = siteOf(without);
    template.resourceCountIs('AWS::S3::Bucket', 2);
    expect(JSON.stringify(template.toJSON())).not.toContain('-site-view-');
  });

  test('has a bucket whose name S3 takes, or the deployment is refused', () => {
    expect(() => siteOf({ ...deployment, views: { ['a'.repeat(40)]: [] } })).toThrow('63 characters');
  });
});

describe('the publisher', () => {
  const ask = (action: string, resource: string): boolean => may(policies, { who: publisher, action, resource });
  const [published, state] = [`arn:aws:s3:::${names.siteBucket}`, `arn:aws:s3:::${names.stateBucket}`];

  test('writes what is published, and says so to the CDN', () => {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])
      expect(ask(action, `${published}/x.json`)).toBe(true);
    expect(ask('s3:ListBucket', published)).toBe(true);
  });

  test('reads what the signer signed, and changes none of it', () => {
    for (const key of ['approvals/a/1/1.sigstore.json', 'status.json', 'metadata/1.root.json']) {
      expect(ask('s3:GetObject', `${state}/${key}`)).toBe(true);
      expect(ask('s3:PutObject', `${state}/${key}`)).toBe(false);
      expect(ask('s3:DeleteObject', `${state}/${key}`)).toBe(false);
    }
    expect(ask('s3:GetObject', `${state}/reviews/0a1b.json`)).toBe(false);
  });

  test.each([
    ['lambda:InvokeFunction', 'arn:aws:lambda:::function:countersign-approve'],
    ['lambda:UpdateFunctionCode', 'arn:aws:lambda:::function:countersign-approve'],
    ['kms:Sign', 'arn:aws:kms:::key/any'],
    ['s3:PutBucketPolicy', published],
    ['s3:DeleteObjectVersion', `${published}/x.json`],
    ['iam:PassRole', names.roleArn('approve')],
    ['cloudfront:UpdateDistribution', 'arn:aws:cloudfront::111122223333:distribution/any'],
  ])('may not %s', (action, resource) => {
    expect(ask(action, resource)).toBe(false);
  });

  test('gains nothing of that where the stack of the site gives it more', () => {
    const more = {
      ...policies,
      identity: new Map([[publisher, [{ Effect: 'Allow', Action: '*', Resource: '*' } as const]]]),
    };
    const asked = (action: string, resource: string): boolean => may(more, { who: publisher, action, resource });
    expect(asked('s3:PutObject', `${published}/x.json`)).toBe(true);
    expect(asked('s3:PutObject', `${state}/status.json`)).toBe(false);
    expect(asked('lambda:InvokeFunction', 'arn:aws:lambda:::function:countersign-approve')).toBe(false);
    expect(asked('iam:PassRole', names.roleArn('approve'))).toBe(false);
  });

  test('and every role of the site is bounded by the signer', () => {
    site.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: names.boundaryArn });
  });
});

test('whoever deploys the site can make no role beyond the boundary, and reach nothing of the signer', () => {
  const deployer = 'deployer';
  const policy = Object.values(resourcesOf(signer)).find(
    ({ Properties: properties }) => properties['ManagedPolicyName'] === 'countersign-site-deployer',
  );
  const statements = resolve(policy?.Properties['PolicyDocument'], resourcesOf(signer)) as { Statement: Statement[] };
  const known = { ...policiesOf(resourcesOf(signer)), identity: new Map([[deployer, statements.Statement]]) };
  const ask = (action: string, resource: string, context = {}): boolean =>
    may(known, { who: deployer, action, resource, context });
  const bounded = { 'iam:PermissionsBoundary': names.boundaryArn };
  expect(ask('iam:CreateRole', publisher, bounded)).toBe(true);
  expect(ask('iam:CreateRole', publisher)).toBe(false);
  expect(ask('iam:CreateRole', names.roleArn('other'), bounded)).toBe(false);
  expect(ask('iam:PutRolePolicy', publisher)).toBe(false);
  expect(ask('iam:DeleteRolePermissionsBoundary', publisher)).toBe(false);
  expect(ask('iam:CreatePolicyVersion', names.boundaryArn)).toBe(false);
  expect(ask('s3:PutBucketPolicy', `arn:aws:s3:::${names.siteBucket}`)).toBe(true);
  expect(ask('s3:PutBucketPolicy', `arn:aws:s3:::${names.stateBucket}`)).toBe(false);
  expect(ask('lambda:UpdateFunctionCode', 'arn:aws:lambda:::function:countersign-approve')).toBe(false);
  expect(ask('iam:UpdateAssumeRolePolicy', names.roleArn('approve'))).toBe(false);
});

test('only the distribution reads the bucket, in the name of this distribution', () => {
  const read = statementsOf(resourcesOf(site)).filter(({ Principal: principal }) =>
    JSON.stringify(principal ?? '').includes('cloudfront'),
  );
  expect(read).toHaveLength(1);
  expect(read[0]).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject' });
  expect(JSON.stringify(read[0]?.Condition)).toMatch(/StringEquals.*SourceArn.*distribution\//u);
});

test('the distribution speaks HTTP/3 and TLS 1.2 of 2021, compresses, logs, and has a page for what is missing', () => {
  site.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      HttpVersion: 'http2and3',
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
      DefaultCacheBehavior: { Compress: true, ViewerProtocolPolicy: 'redirect-to-https' },
      Logging: Match.anyValue(),
      CustomErrorResponses: [403, 404].map((ErrorCode) => ({
        ErrorCode,
        ResponseCode: 404,
        ResponsePagePath: '/404.html',
      })),
    },
  });
  site.hasResourceProperties('AWS::CloudFront::Function', { FunctionConfig: { Runtime: 'cloudfront-js-2.0' } });
});

test.each([
  ['the registry', names.siteBucket, 'countersign-site-timestamp'],
  ['a view', names.viewBucket('developers'), 'countersign-site-view-developers-timestamp'],
])('somebody hears of a timestamp of %s that was not published for a day', (_, bucket, name) => {
  site.hasResourceProperties('AWS::Events::Rule', {
    Name: name,
    EventPattern: { detail: { bucket: { name: [bucket] }, object: { key: ['metadata/timestamp.json'] } } },
    Targets: [{ Arn: Match.objectLike({ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('log-group')])] }) }],
  });
  site.hasResourceProperties('AWS::Logs::ResourcePolicy', { PolicyDocument: Match.stringLikeRegexp(`rule/${name}"`) });
  site.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: bucket,
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  });
  site.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: `${name}-nears-expiry`,
    Dimensions: [{ Name: 'LogGroupName', Value: `/aws/events/${name}` }],
    MetricName: 'IncomingLogEvents',
    ComparisonOperator: 'LessThanThreshold',
    EvaluationPeriods: 24,
    TreatMissingData: 'breaching',
    AlarmActions: ['arn:aws:sns:eu-central-1:111122223333:countersign-alarms'],
  });
});
