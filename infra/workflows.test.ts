/** What the workflows ask for, against what the roles of their environments may do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { repository } from './bundle.ts';
import { signerFunctions } from './names.ts';
import { resolve, type Resources } from './policy-check.ts';
import { askers } from './signer-stack/stack.ts';
import { signer, site } from './templates.ts';

interface Job {
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly id?: string; readonly run?: string }[];
}

const [onMerge, bySchedule] = ['publish.yml', 'refresh.yml'].map((file) => {
  const text = readFileSync(join(repository, '.github/workflows', file), 'utf8');
  return (parse(text) as { readonly jobs: Readonly<Record<string, Job>> }).jobs;
}) as [Readonly<Record<string, Job>>, Readonly<Record<string, Job>>];
const jobs = [onMerge, bySchedule].flatMap((each) => Object.values(each));
const asked = ({ steps }: Job): string[] =>
  steps.flatMap(({ run = '' }) =>
    [...run.matchAll(/\$NAME-(?<name>[a-z-]+)/gu)].map(({ groups }) => groups?.['name'] ?? ''),
  );

test('each environment has a role, and each role an environment', () => {
  const environments = [signer, site].flatMap((template) => {
    const resources = template.toJSON()['Resources'] as Resources;
    const text = JSON.stringify(resolve(resources, resources));
    return [...text.matchAll(/githubusercontent\.com:environment":"(?<name>[a-z]+)"/gu)].map(
      ({ groups }) => groups?.['name'] ?? '',
    );
  });
  expect([...new Set(jobs.map(({ environment = '' }) => environment))].sort()).toEqual(environments.sort());
});

test('each job asks the functions that its role may ask, and all are asked', () => {
  for (const job of jobs) {
    const allowed = askers[job.environment ?? ''] ?? [];
    expect(asked(job).filter((name) => !allowed.some((each) => each === name))).toEqual([]);
  }
  expect([...new Set(jobs.flatMap(asked))].sort()).toEqual([...signerFunctions].sort());
});

test('what is published after a merge is published every six hours too, the views last', () => {
  expect(bySchedule['publish']).toEqual(onMerge['publish']);
  const ids = onMerge['publish']?.steps.map(({ id }) => id) ?? [];
  expect(ids.slice(-3)).toEqual(['build', 'publish', 'views']);
});

test('what asks the signer installs nothing', () => {
  const asking = jobs.filter((job) => asked(job).length > 0);
  expect(asking).toHaveLength(4);
  for (const { steps } of asking) expect(steps.map(({ run = '' }) => run).join('\n')).not.toMatch(/\bnp[mx]\b/u);
});

test('no job may do more on the forge than read', () => {
  for (const { permissions } of jobs) expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
});
