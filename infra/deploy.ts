/** What `cdk deploy` runs: the stacks of `deployment.json`, or of the file that COUNTERSIGN_DEPLOYMENT names. */
import { copyFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { stacks } from './app.ts';
import { bundleSignerFunction } from './bundle.ts';
import { readDeployment } from './deployment.ts';

const file = resolve(process.env['COUNTERSIGN_DEPLOYMENT'] ?? join(import.meta.dirname, 'deployment.json'));
const deployment = readDeployment(file);

stacks(deployment, (name) => {
  const folder = join(import.meta.dirname, 'dist/functions', name);
  bundleSignerFunction(name, folder);
  // Who is believed is part of what is deployed: changing it is changing the function, which alarms.
  copyFileSync(join(dirname(file), deployment.signerConfig), join(folder, 'signer.json'));
  return Code.fromAsset(folder);
}).app.synth();
