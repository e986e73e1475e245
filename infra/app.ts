/** Both stacks, as a deployment and the tests make them. */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleEdgeFunction, repository } from './bundle.ts';
import type { Deployment } from './deployment.ts';
import type { SignerFunction } from './names.ts';
import { SignerStack } from './signer-stack/stack.ts';
import { SiteStack } from './site-stack/stack.ts';

export interface Stacks {
  readonly app: App;
  readonly signer: SignerStack;
  readonly site: SiteStack;
}

/** `outdir` is where the templates are written. */
export function stacks(deployment: Deployment, code: (name: SignerFunction) => Code, outdir?: string): Stacks {
  const app = new App({ analyticsReporting: false, treeMetadata: false, ...(outdir !== undefined && { outdir }) });
  const signer = new SignerStack(app, deployment, code);
  const site = new SiteStack(app, deployment, bundleEdgeFunction(join(repository, 'scripts/publish/edge.ts')));
  return { app, signer, site };
}
