/** Roles that the workflows of one repository may take, and no other's. */
import { Duration } from 'aws-cdk-lib';
import { FederatedPrincipal, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

const issuer = 'token.actions.githubusercontent.com';

export interface GitHubRoleOptions {
  readonly roleName: string;
  readonly description: string;
  /** The environment of the repository that a job must be in. */
  readonly environment: string;
  /** What its policies can never go beyond. */
  readonly boundaryArn?: string;
}

/**
 * Every condition is an exact text. The subject says names and environment, and in new repositories the ids too; an id
 * belongs to one repository for ever, also where its name is given to another one.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function githubRole(
  scope: Construct,
  id: string,
  { github, account }: Deployment,
  options: GitHubRoleOptions,
): Role {
  const { owner, ownerId, repository, repositoryId, branch } = github;
  const { roleName, description, environment, boundaryArn } = options;
  return new Role(scope, id, {
    roleName,
    description,
    maxSessionDuration: Duration.hours(1),
    assumedBy: new FederatedPrincipal(
      `arn:aws:iam::${account}:oidc-provider/${issuer}`,
      {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: [
            `repo:${owner}@${ownerId}/${repository}@${repositoryId}:environment:${environment}`,
            `repo:${owner}/${repository}:environment:${environment}`,
          ],
          [`${issuer}:repository_id`]: String(repositoryId),
          [`${issuer}:repository_owner_id`]: String(ownerId),
          [`${issuer}:environment`]: environment,
          [`${issuer}:ref`]: `refs/heads/${branch}`,
        },
      },
      'sts:AssumeRoleWithWebIdentity',
    ),
    ...(boundaryArn !== undefined && {
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(scope, `${id}Boundary`, boundaryArn),
    }),
  });
}

export const githubIssuer = `https://${issuer}`;
