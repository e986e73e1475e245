/** Everything that signs. Whoever deploys the site has no rights here. */
import { CfnOutput, DefaultStackSynthesizer, Duration, RemovalPolicy, Stack, type App } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Effect, OidcProviderNative, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Deployment } from '../deployment.ts';
import { githubIssuer, githubRole } from '../github-role.ts';
import { keys as keyOwners, namesOf, signerFunctions, type KeyName, type SignerFunction } from '../names.ts';
import { alarms } from './alarms.ts';
import { auditLog } from './audit.ts';
import { functionRoles, keepForFunctions, signerFunction } from './functions.ts';
import { siteBoundary } from './site-boundary.ts';
import { signingKey } from './signing-key.ts';
import { stateBucket } from './state-bucket.ts';

/** What a workflow may ask: each role for the jobs of one environment. */
export const askers: Readonly<Record<string, readonly SignerFunction[]>> = {
  // These two take a commit, and find out themselves whether to believe it.
  asker: ['fetch-and-review', 'approve'],
  // These two take nothing.
  refresher: ['repository', 'timestamp'],
};

/** The hours are UTC. Metadata names the status, so it is made after it. */
const schedules: Readonly<Partial<Record<SignerFunction, string>>> = {
  approve: 'cron(5 2 * * ? *)',
  repository: 'cron(25 2 * * ? *)',
  timestamp: 'cron(45 2/6 * * ? *)',
};

export class SignerStack extends Stack {
  constructor(app: App, deployment: Deployment, code: (name: SignerFunction) => Code) {
    super(app, 'Signer', {
      stackName: `${deployment.name}-signer`,
      description: 'Countersign: the keys, the functions that use them, and the store of what they signed',
      env: { account: deployment.account, region: deployment.region },
      terminationProtection: true,
      // Other people deploy this than the site, with other roles.
      synthesizer: new DefaultStackSynthesizer({ qualifier: 'cssigner' }),
    });
    const names = namesOf(deployment);
    const state = stateBucket(this, deployment);
    const roles = functionRoles(this, deployment);
    const credential = new Secret(this, 'ForgeCredential', {
      secretName: `${deployment.name}/forge-credential`,
      description: 'The private key of the GitHub App. It is put here by hand; what it is made with is worthless.',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    keepForFunctions(credential, roles);

    const functions = Object.fromEntries(
      signerFunctions.map((name) => [
        name,
        signerFunction(this, name, { deployment, role: roles[name], state, credential, code: code(name) }),
      ]),
    ) as Record<SignerFunction, LambdaFunction>;
    const keys = Object.fromEntries(
      (Object.entries(keyOwners) as [KeyName, SignerFunction][]).map(([key, owner]) => [
        key,
        signingKey(this, key, roles[owner], deployment),
      ]),
    ) as Record<KeyName, ReturnType<typeof signingKey>>;

    for (const [name, cron] of Object.entries(schedules) as [SignerFunction, string][])
      new Rule(this, `Schedule-${name}`, {
        ruleName: `${names.function(name)}-schedule`,
        schedule: Schedule.expression(cron),
        targets: [
          new LambdaTarget(functions[name], {
            event: RuleTargetInput.fromObject({}),
            retryAttempts: 2,
            maxEventAge: Duration.hours(1),
          }),
        ],
      });

    new OidcProviderNative(this, 'GitHub', { url: githubIssuer, clientIds: ['sts.amazonaws.com'] });
    for (const [name, asked] of Object.entries(askers)) {
      const role = githubRole(this, name, deployment, {
        roleName: names.role(name),
        description: `May ask ${asked.join(' and ')}, and nothing else`,
        environment: name,
      });
      role.addToPolicy(
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: ['lambda:InvokeFunction'],
          resources: asked.map((each) => functions[each].functionArn),
        }),
      );
    }
    siteBoundary(this, deployment, state);
    alarms(this, { deployment, audit: auditLog(this, deployment, state), state, keys, functions });

    for (const [name, key] of Object.entries(keys)) new CfnOutput(this, `Key-${name}`, { value: key.keyArn });
    new CfnOutput(this, 'StateBucket', { value: state.bucketName });
    for (const name of Object.keys(askers)) new CfnOutput(this, `Role-${name}`, { value: names.roleArn(name) });
  }
}
