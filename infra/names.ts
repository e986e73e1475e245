/** The names that both stacks know. They are fixed, so that no stack needs the other one's outputs. */
import type { Deployment } from './deployment.ts';

export const signerFunctions = ['fetch-and-review', 'approve', 'repository', 'timestamp'] as const;
export type SignerFunction = (typeof signerFunctions)[number];

/** Who signs with which key. */
export const keys = { approval: 'approve', snapshot: 'repository', timestamp: 'timestamp' } as const satisfies Record<
  string,
  SignerFunction
>;
export type KeyName = keyof typeof keys;

export interface Names {
  readonly stateBucket: string;
  readonly siteBucket: string;
  readonly accessLogBucket: string;
  readonly function: (name: SignerFunction) => string;
  /** Of functions, of workflows, and of people who deploy. */
  readonly role: (name: string) => string;
  readonly roleArn: (name: string) => string;
  readonly boundaryArn: string;
}

export function namesOf({ name, account, region }: Deployment): Names {
  const role = (of: string): string => `${name}-${of}`;
  return {
    stateBucket: `${name}-state-${account}-${region}`,
    siteBucket: `${name}-site-${account}-${region}`,
    accessLogBucket: `${name}-site-log-${account}-${region}`,
    function: (of) => `${name}-${of}`,
    role,
    roleArn: (of) => `arn:aws:iam::${account}:role/${role(of)}`,
    boundaryArn: `arn:aws:iam::${account}:policy/${name}-site-boundary`,
  };
}

/** What of the state the publisher reads: it is published anyway. Reviews are not. */
export const readableState: readonly string[] = ['approvals/*', 'subjects/*', 'status.json', 'index/*', 'metadata/*'];
