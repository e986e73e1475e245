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
  readonly viewBucket: (view: string) => string;
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
    // What the site's roles can do at most, and who deploys it, is said of all that begins like this.
    viewBucket: (view) => `${name}-site-view-${view}-${account}-${region}`,
    function: (of) => `${name}-${of}`,
    role,
    roleArn: (of) => `arn:aws:iam::${account}:role/${role(of)}`,
    boundaryArn: `arn:aws:iam::${account}:policy/${name}-site-boundary`,
  };
}

/** What of the state the publisher reads: it is published anyway. Reviews are not. */
export const readableState: readonly string[] = [
  'approvals/*',
  'subjects/*',
  'summaries/*',
  'status.json',
  'head.json',
  'index/*',
  'metadata/*',
];

/** Which files a function may write, by the pattern of their keys. What no function writes, nobody does. */
export const writes: Readonly<Record<SignerFunction, readonly string[]>> = {
  'fetch-and-review': ['reviews/*'],
  approve: [
    'approvals/*',
    'subjects/*',
    'summaries/*',
    'status.json',
    'head.json',
    'index/approvals.jsonl',
    'index/files.jsonl',
    'index/packages.jsonl',
    'index/states.jsonl',
    'trust/*',
  ],
  // Root and targets come from the ceremony, by way of trust/; what is signed here are bins and snapshot.
  repository: [
    'metadata/*.root.json',
    'metadata/*.targets.json',
    'metadata/*.bin-*.json',
    'metadata/*.snapshot.json',
    // What the function with the approval key reads, this one does not write: it could hide a revocation from it.
    'index/records.jsonl',
  ],
  timestamp: ['metadata/*.timestamp.json'],
};

/** Which files each key signs, by the patterns of their keys: for each signature there must be one. */
export const signs: Readonly<Record<KeyName, readonly string[]>> = {
  approval: ['approvals/*', 'summaries/*', 'status.json'],
  snapshot: ['metadata/*.bin-*', 'metadata/*.snapshot.json'],
  timestamp: ['metadata/*.timestamp.json'],
};

/** Which files a function may read. */
export const reads: Readonly<Record<SignerFunction, readonly string[]>> = {
  'fetch-and-review': ['approvals/*', 'subjects/*', 'head.json', 'index/*', 'reviews/*'],
  approve: ['reviews/*', 'approvals/*', 'subjects/*', 'summaries/*', 'status.json', 'head.json', 'index/*', 'trust/*'],
  repository: ['approvals/*', 'subjects/*', 'status.json', 'index/*', 'trust/*', 'metadata/*'],
  timestamp: ['metadata/*'],
};

/** Which files a function may delete: metadata that nothing leads to any more. */
export const deletes: Readonly<Record<SignerFunction, readonly string[]>> = {
  'fetch-and-review': [],
  approve: [],
  repository: ['metadata/*.targets.json', 'metadata/*.bin-*.json', 'metadata/*.snapshot.json'],
  timestamp: ['metadata/*.timestamp.json'],
};

/** Files that are made once. The others are written over, under the condition that they are as they were read. */
export const madeOnce: readonly string[] = ['approvals/*', 'subjects/*', 'summaries/*', 'metadata/*', 'trust/*'];
