/** The templates of both stacks for a sample deployment, written to disk: `npm run synth` looks at nothing else. */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { stacks } from './app.ts';
import { bundleSignerFunction } from './bundle.ts';
import { readDeployment, type Deployment } from './deployment.ts';
import { SiteStack } from './site-stack/stack.ts';

const folder = join(import.meta.dirname, 'dist/synth');
export const deployment = readDeployment(join(import.meta.dirname, 'deployment.example.json'));

const made = stacks(
  deployment,
  (name) => {
    const out = join(folder, 'functions', name);
    bundleSignerFunction(name, out);
    return Code.fromAsset(out);
  },
  join(folder, 'templates'),
);
made.app.synth();

/** The template of the site for another deployment. Nothing is written. */
export const siteOf = (other: Deployment): Template =>
  Template.fromStack(new SiteStack(new App({ analyticsReporting: false }), other, '// routing'));

export const signer = Template.fromStack(made.signer);
export const site = Template.fromStack(made.site);
export const both = [
  ['signer', signer],
  ['site', site],
] as const;
