/** A key in KMS that one function signs with, and nobody else: not an administrator, and not the account's owner. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
  type IPrincipal,
  type IRole,
} from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import type { KeyName } from '../names.ts';

/** What an administrator may do: everything but using the key, and letting somebody else use it by a grant. */
const administration = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:GetPublicKey',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

const statement = (
  sid: string,
  effect: Effect,
  actions: string[],
  principal: IPrincipal,
  conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>,
): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect,
    actions,
    principals: [principal],
    // In the policy of a key, `*` is this key.
    resources: ['*'],
    ...(conditions !== undefined && { conditions }),
  });

/** KMS takes no policy that names a role which is not there yet: so `signer` is the role itself. */
export function signingKey(scope: Construct, name: KeyName, signer: IRole, { name: registry }: Deployment): Key {
  const { roleArn } = signer;
  const everybody = new AnyPrincipal();
  const { ALLOW, DENY } = Effect;
  return new Key(scope, `${name}-key`, {
    alias: `${registry}-${name}`,
    description: `Signs as ${name} for the registry ${registry}. Its own function may use it, and nobody else.`,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN,
    policy: new PolicyDocument({
      statements: [
        statement('Administer', ALLOW, administration, new AccountRootPrincipal()),
        statement('Sign', ALLOW, ['kms:Sign', 'kms:GetPublicKey'], new ArnPrincipal(roleArn)),
        // Conditions on a request without them do not match, so that it is refused.
        statement('OnlyTheSigner', DENY, ['kms:Sign'], everybody, { ArnNotEquals: { 'aws:PrincipalArn': roleArn } }),
        statement('OnlyEcdsaSha256', DENY, ['kms:Sign'], everybody, {
          StringNotEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' },
        }),
        statement('OnlyDigests', DENY, ['kms:Sign'], everybody, { StringNotEquals: { 'kms:MessageType': 'DIGEST' } }),
        statement('NoGrants', DENY, ['kms:CreateGrant', 'kms:ReplicateKey'], everybody),
      ],
    }),
  });
}
