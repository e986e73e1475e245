/** The four functions, and what each may do. */
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, type Code } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { deletes, namesOf, reads, signerFunctions, writes, type SignerFunction } from '../names.ts';

/** Whose work asks the forge: only these read its credential. */
export const asksForge: readonly SignerFunction[] = ['fetch-and-review', 'approve'];

interface FunctionSize {
  readonly memoryMiB: number;
  readonly minutes: number;
  readonly diskMiB: number;
}

const sizes: Readonly<Record<SignerFunction, FunctionSize>> = {
  // Unpacks every package that a server loads. 3,008 MiB is what a new account may have.
  'fetch-and-review': { memoryMiB: 3008, minutes: 15, diskMiB: 10_240 },
  approve: { memoryMiB: 2048, minutes: 15, diskMiB: 512 },
  repository: { memoryMiB: 2048, minutes: 10, diskMiB: 512 },
  timestamp: { memoryMiB: 512, minutes: 2, diskMiB: 512 },
};

/** A function's role. It is made before the keys, whose policies name it. */
export function functionRoles(scope: Construct, deployment: Deployment): Readonly<Record<SignerFunction, Role>> {
  const names = namesOf(deployment);
  const roles = signerFunctions.map((name) => [
    name,
    new Role(scope, `${name}-role`, {
      roleName: names.role(name),
      description: `What the function ${names.function(name)} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    }),
  ]);
  return Object.fromEntries(roles) as Record<SignerFunction, Role>;
}

export interface FunctionParts {
  readonly deployment: Deployment;
  readonly role: Role;
  readonly state: Bucket;
  readonly credential: Secret;
  readonly code: Code;
}

/** What a function may do in KMS stands in the policies of the keys. */
export function signerFunction(scope: Construct, name: SignerFunction, parts: FunctionParts): LambdaFunction {
  const { deployment, role, state, credential, code } = parts;
  const functionName = namesOf(deployment).function(name);
  const { memoryMiB, minutes, diskMiB } = sizes[name];
  const logGroup = new LogGroup(scope, `${name}-log`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: RetentionDays.THIRTEEN_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  allow(
    role,
    ['s3:GetObject'],
    reads[name].map((key) => state.arnForObjects(key)),
  );
  // Without it, S3 does not tell a missing file from a forbidden one.
  allow(role, ['s3:ListBucket'], [state.bucketArn]);
  allow(
    role,
    ['s3:PutObject', 's3:PutObjectRetention'],
    writes[name].map((key) => state.arnForObjects(key)),
  );
  // Their versions stay, under their lock.
  if (deletes[name].length > 0)
    allow(
      role,
      ['s3:DeleteObject'],
      deletes[name].map((key) => state.arnForObjects(key)),
    );
  if (asksForge.includes(name)) allow(role, ['secretsmanager:GetSecretValue'], [credential.secretArn]);
  return new LambdaFunction(scope, name, {
    functionName,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code,
    role: role.withoutPolicyUpdates(),
    logGroup,
    memorySize: memoryMiB,
    timeout: Duration.minutes(minutes),
    ephemeralStorageSize: Size.mebibytes(diskMiB),
    // One at a time. The state refuses a second one anyway; this spares it the work.
    reservedConcurrentExecutions: 1,
    retryAttempts: 2,
    environment: { SIGNER_CONFIG: '/var/task/signer.json' },
  });
}

const allow = (role: Role, actions: string[], resources: string[]): void => {
  role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
};

/** Nobody else reads it, whatever their own policies allow. */
export function keepForFunctions(credential: Secret, roles: Readonly<Record<SignerFunction, Role>>): void {
  credential.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyTheFunctionsThatAsk',
      effect: Effect.DENY,
      actions: ['secretsmanager:GetSecretValue'],
      principals: [new AnyPrincipal()],
      resources: ['*'],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': asksForge.map((name) => roles[name].roleArn) } },
    }),
  );
}
