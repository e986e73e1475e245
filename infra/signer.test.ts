/** What the signer's template promises. Each rule is asked of the policies as IAM would be asked. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { keys, namesOf, signerFunctions, type SignerFunction } from './names.ts';
import { may, policiesOf, resolve, type Asked, type Resources } from './policy-check.ts';
import { deployment, signer } from './templates.ts';

const resources = signer.toJSON()['Resources'] as Resources;
const policies = policiesOf(resources);
const names = namesOf(deployment);
const role = (name: string): string => names.roleArn(name);
const bucket = `arn:aws:s3:::${names.stateBucket}`;
const administrator = 'arn:aws:iam::111122223333:role/administrator';
// Somebody whose own policy allows everything.
const everything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const withAdministrator = { ...policies, identity: new Map([...policies.identity, [administrator, [everything]]]) };

/** By the name in the key's alias. */
const keyArns = new Map(
  Object.values(resources)
    .filter(({ Type: type }) => type === 'AWS::KMS::Alias')
    .map(({ Properties: properties }) => [
      String(properties['AliasName']).replace('alias/countersign-', ''),
      String(resolve(properties['TargetKeyId'], resources)),
    ]),
);
const digest = { 'kms:MessageType': 'DIGEST', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
const sign = (who: string, key: string, context: Asked['context'] = digest): boolean =>
  may(withAdministrator, { who, action: 'kms:Sign', resource: keyArns.get(key) ?? '', context });

describe('a key', () => {
  test.each(Object.entries(keys))('%s signs for the function %s, and for no other', (key, owner) => {
    expect(keyArns.has(key)).toBe(true);
    expect(signerFunctions.filter((name) => sign(role(name), key))).toEqual([owner]);
  });

  const strangers = [administrator, 'arn:aws:iam::111122223333:root', role('asker'), role('refresher')];
  test.each(Object.keys(keys))('%s signs for no administrator, no owner of the account and no workflow', (key) => {
    expect(strangers.filter((who) => sign(who, key))).toEqual([]);
  });

  test.each([
    ['a whole message', { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'RAW' }],
    ['what is not said to be a digest', { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' }],
    ['with another algorithm', { ...digest, 'kms:SigningAlgorithm': 'ECDSA_SHA_384' }],
    ['without saying how', {}],
  ])('signs nothing that is %s', (_, context) => {
    for (const [key, owner] of Object.entries(keys)) expect(sign(role(owner), key, context)).toBe(false);
  });

  test('can be administered, and given away to nobody', () => {
    const asks = (action: string): boolean =>
      may(withAdministrator, { who: administrator, action, resource: keyArns.get('approval') ?? '' });
    expect(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:GetPublicKey'].filter((each) => !asks(each))).toEqual(
      [],
    );
    expect(['kms:CreateGrant', 'kms:ReplicateKey', 'kms:Sign', 'kms:ImportKeyMaterial'].filter(asks)).toEqual([]);
  });

  test('is a P-256 key for signing, and outlives its stack', () => {
    signer.resourceCountIs('AWS::KMS::Key', 3);
    signer.allResources('AWS::KMS::Key', {
      Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', PendingWindowInDays: 30 },
      DeletionPolicy: 'Retain',
    });
  });
});

const files = {
  review: 'reviews/0a1b.json',
  approval: 'approvals/github/1.0.0/1.sigstore.json',
  subject: 'subjects/0a1b',
  status: 'status.json',
  head: 'head.json',
  trust: 'trust/1.root.json',
  index: 'index/approvals.jsonl',
  records: 'index/records.jsonl',
  bin: 'metadata/7.bin-a3.json',
  snapshot: 'metadata/7.snapshot.json',
  timestamp: 'metadata/7.timestamp.json',
  root: 'metadata/1.root.json',
  targets: 'metadata/1.targets.json',
  other: 'other.json',
} as const;
type File = keyof typeof files;

const made = { 's3:if-none-match': '*' };
const replaced = { 's3:if-match': '"etag"' };
const put = (who: string, file: File, context: Asked['context'] = made): boolean =>
  may(withAdministrator, { who, action: 's3:PutObject', resource: `${bucket}/${files[file]}`, context });
const all = Object.keys(files) as File[];

describe('the state', () => {
  test.each<[SignerFunction, File[]]>([
    ['fetch-and-review', ['review']],
    ['approve', ['approval', 'subject', 'status', 'head', 'trust', 'index']],
    ['repository', ['records', 'bin', 'snapshot', 'root', 'targets']],
    ['timestamp', ['timestamp']],
  ])('is written by %s at its own places', (name, expected) => {
    expect(all.filter((file) => put(role(name), file))).toEqual(expected);
  });

  test('is written by no administrator, and by no workflow', () => {
    for (const who of [administrator, role('asker'), role('refresher')])
      expect(all.filter((file) => put(who, file) || put(who, file, replaced))).toEqual([]);
  });

  test('takes no write without a condition', () => {
    for (const name of signerFunctions) expect(all.filter((file) => put(role(name), file, {}))).toEqual([]);
  });

  test('has nothing written over but the status, the name of the last commit, indexes and reviews', () => {
    const writable = signerFunctions.flatMap((name) => all.filter((file) => put(role(name), file, replaced)));
    expect([...new Set(writable)].sort()).toEqual(['head', 'index', 'records', 'review', 'status']);
  });

  test('loses nothing but old metadata', () => {
    const remove = (who: string, file: File, action = 's3:DeleteObject'): boolean =>
      may(withAdministrator, { who, action, resource: `${bucket}/${files[file]}` });
    expect(all.filter((file) => remove(role('repository'), file))).toEqual(['bin', 'snapshot', 'targets']);
    expect(all.filter((file) => remove(role('timestamp'), file))).toEqual(['timestamp']);
    for (const who of [administrator, role('approve'), role('fetch-and-review')])
      expect(all.filter((file) => remove(who, file))).toEqual([]);
    for (const action of ['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention'])
      expect(all.filter((file) => remove(administrator, file, action))).toEqual([]);
  });

  test('is not reached without TLS 1.2', () => {
    const read = (context: Asked['context']): boolean =>
      may(withAdministrator, {
        who: administrator,
        action: 's3:GetObject',
        resource: `${bucket}/status.json`,
        context,
      });
    expect(read({})).toBe(true);
    expect(read({ 'aws:SecureTransport': 'false' })).toBe(false);
    expect(read({ 's3:TlsVersion': '1.1' })).toBe(false);
  });

  test('is read as each function needs it', () => {
    const read = (name: SignerFunction): File[] =>
      all.filter((file) =>
        may(policies, { who: role(name), action: 's3:GetObject', resource: `${bucket}/${files[file]}` }),
      );
    expect(read('timestamp')).toEqual(['bin', 'snapshot', 'timestamp', 'root', 'targets']);
    expect(read('repository')).not.toContain('review');
  });

  test('keeps every version, and is locked for as long as the deployment says', () => {
    signer.hasResource('AWS::S3::Bucket', {
      Properties: {
        BucketName: names.stateBucket,
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: deployment.retainDays } } },
      },
      DeletionPolicy: 'Retain',
    });
  });
});

const functionArns = new Map(
  signerFunctions.map((name) => [name, `arn:aws:lambda:::function:${names.function(name)}`]),
);

test.each([
  ['asker', ['fetch-and-review', 'approve']],
  ['refresher', ['repository', 'timestamp']],
])('the %s may ask %j, and do nothing else', (name, expected) => {
  const asked = signerFunctions.filter((each) =>
    may(policies, { who: role(name), action: 'lambda:InvokeFunction', resource: functionArns.get(each) ?? '' }),
  );
  expect(asked).toEqual(expected);
  expect(policies.identity.get(role(name))?.map(({ Action: action }) => action)).toEqual(['lambda:InvokeFunction']);
});

test('no function may ask or change another', () => {
  const actions = ['lambda:InvokeFunction', 'lambda:UpdateFunctionCode', 'iam:PassRole', 'sts:AssumeRole'];
  for (const name of signerFunctions)
    for (const action of actions)
      for (const resource of [...functionArns.values(), ...signerFunctions.map(role)])
        expect(may(policies, { who: role(name), action, resource })).toBe(false);
});

test('the credential of the forge is read by the functions that ask it, and by no administrator', () => {
  const secret = 'arn:aws:secretsmanager:::secret:countersign/forge-credential';
  const reads = (who: string): boolean =>
    may(withAdministrator, { who, action: 'secretsmanager:GetSecretValue', resource: secret });
  expect(signerFunctions.filter((name) => reads(role(name)))).toEqual(['fetch-and-review', 'approve']);
  expect(reads(administrator)).toBe(false);
});

test('each function runs alone, on Node 24, and its log is kept', () => {
  signer.resourceCountIs('AWS::Lambda::Function', signerFunctions.length);
  for (const name of signerFunctions)
    signer.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: names.function(name),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      ReservedConcurrentExecutions: 1,
    });
  signer.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: Match.anyValue() });
});

test.each([
  ['countersign-timestamp', 'cron(45 2/6 * * ? *)'],
  ['countersign-approve', 'cron(5 2 * * ? *)'],
  ['countersign-repository', 'cron(25 2 * * ? *)'],
])('%s runs by itself at %s', (name, expression) => {
  signer.hasResourceProperties('AWS::Events::Rule', {
    Name: `${name}-schedule`,
    ScheduleExpression: expression,
    State: 'ENABLED',
  });
});
