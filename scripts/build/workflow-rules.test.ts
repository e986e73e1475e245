import { describe, expect, test } from 'vitest';
import type { Problem } from '../../core/problem.ts';
import { syntaxProblems } from './workflow-parser.ts';
import { checkProgram, checkScript, checkWorkflow } from './workflow-rules.ts';

const pin = 'a'.repeat(40);
const good = `name: sample
on:
  pull_request:
permissions: {}
concurrency:
  group: sample-\${{ github.ref }}
defaults:
  run:
    shell: bash
jobs:
  look:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@${pin} # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@${pin} # v7.0.0
        with:
          package-manager-cache: false
      - id: base
        env:
          TITLE: \${{ github.event.pull_request.title }}
        run: |
          npm ci
          echo "$TITLE"
`;
const onMain = good.replace('  pull_request:', '  schedule:\n    - cron: "23 4 * * *"');
const publishing = onMain.replace(
  'permissions:\n      contents: read',
  'environment: publisher\n    permissions:\n      contents: read\n      id-token: write',
);
const writing = onMain.replace('contents: read', 'contents: read\n      issues: write');

/** The good sample, with one thing changed; a change that changes nothing would prove nothing. */
function but(found: string | RegExp, put: string, sample = good): string {
  const text = sample.replace(found, put);
  if (text === sample) throw new Error(`the sample has no ${found}`);
  return text;
}

const places = (problems: readonly Problem[]): string[] =>
  problems.map(({ code, file, line, column }) => `${file}:${line}:${column} ${code}`);
const found = async (text: string): Promise<string[]> =>
  places([...(await syntaxProblems('a.yml', text)), ...checkWorkflow('a.yml', text)]);

test.each([
  ['for changes', good],
  ['that may write', but('npm ci', 'gh issue list', writing)],
  ['that publishes as one environment', publishing],
  ['that knows its triggers as a list', but('on:\n  pull_request:', 'on: [pull_request, merge_group]')],
])('has nothing against a workflow %s', async (_, text) => {
  expect(await found(text)).toEqual([]);
});

describe('a workflow is refused', () => {
  test.each([
    ['where a key is unknown', but('timeout-minutes: 10', 'timeout-minutes: 10\n    time: 1'), '14:5 workflow-syntax'],
    ['where an expression names nothing', but('github.ref', 'githb.ref'), '6:17 workflow-syntax'],
    ['where jobs wait for each other', but('  look:', '  look:\n    needs: look'), '11:3 workflow-syntax'],
    ['where an action is pinned by a tag', but(`checkout@${pin}`, 'checkout@v7'), '17:15 unpinned-action'],
    ['where a pin is cut short', but(`checkout@${pin}`, `checkout@${pin.slice(1)}`), '17:15 unpinned-action'],
    ['where an action lies in the change', but(`actions/setup-node@${pin}`, './.github/node'), '20:15 unpinned-action'],
    ['where an action is an image', but(`actions/setup-node@${pin}`, 'docker://node:24'), '20:15 unpinned-action'],
    ['where a pin says no version', but(' # v7.0.1', ''), '17:15 pin-without-version'],
    ['where a pin says half a version', but(' # v7.0.1', ' # v7'), '17:15 pin-without-version'],
    ['without permissions at the top', but('permissions: {}\n', ''), '1:1 workflow-permissions'],
    ['with permissions at the top', but('{}', '{contents: read}'), '4:14 workflow-permissions'],
    ['with all permissions at the top', but('{}', 'read-all'), '4:14 workflow-permissions'],
    ['where a job has no permissions', but('permissions:\n      contents: read', 'name: look'), '11:3 job-permissions'],
    [
      'where a job has all permissions',
      but('permissions:\n      contents: read', 'permissions: read-all'),
      '14:18 job-permissions',
    ],
    ['where a job has no timeout', but('    timeout-minutes: 10\n', ''), '11:3 job-timeout'],
    ['where a job may run for hours', but('minutes: 10', 'minutes: 360'), '13:22 job-timeout'],
    ['where a runner moves', but('ubuntu-24.04', 'ubuntu-latest'), '12:14 moving-runner'],
    ['where a runner is computed', but('ubuntu-24.04', '${{ github.event.label.name }}'), '12:14 moving-runner'],
    ['where a runner is somebody’s own', but('ubuntu-24.04', '[self-hosted]'), '12:14 moving-runner'],
    ['where an expression stands in a script', but('"$TITLE"', '"${{ github.head_ref }}"'), '28:17 expression-in-run'],
    ['where strangers start it with rights', but('pull_request:', 'pull_request_target:'), '3:3 privileged-trigger'],
    [
      'where it follows a run of strangers',
      but('pull_request:', 'workflow_run:\n    workflows: [a]'),
      '3:3 privileged-trigger',
    ],
    [
      'where a change meets a secret',
      but('github.event.pull_request.title', 'secrets.KEY'),
      '25:18 secret-beside-change',
    ],
    [
      'where a change meets the token',
      but('github.event.pull_request.title', 'github.token'),
      '25:18 secret-beside-change',
    ],
    [
      'where a change meets the token under its other name',
      but('github.event.pull_request.title', "github['token']"),
      '25:18 secret-beside-change',
    ],
    [
      'where a change meets all that is known',
      but('github.event.pull_request.title', 'toJSON(github)'),
      '25:18 secret-beside-change',
    ],
    ['where a condition asks a secret', but('id: base', "if: github.token != ''"), '23:13 secret-beside-change'],
    [
      'where credentials stay',
      but('          persist-credentials: false', '          fetch-depth: 0'),
      '17:15 checkout-credentials',
    ],
    [
      'where credentials stay because of a word',
      but('persist-credentials: false', "persist-credentials: 'yes'"),
      '17:15 checkout-credentials',
    ],
    [
      'where a change may write',
      but('contents: read', 'issues: write').replace('npm ci', 'gh issue list'),
      '15:7 write-beside-change',
    ],
    ['where packages may write', writing, '16:7 write-beside-packages'],
    [
      'where an identity belongs to no environment',
      but('    environment: publisher\n', '', publishing),
      '16:7 identity-without-environment',
    ],
    [
      'where an identity and more writes beside packages',
      but('id-token: write', 'id-token: write\n      issues: write', publishing),
      '17:7 write-beside-packages',
    ],
    [
      'where a change gets an identity',
      but('contents: read', 'id-token: write'),
      ['15:7 identity-without-environment', '15:7 write-beside-change'],
    ],
    ['where a script signs', but('npm ci', 'aws kms sign --key-id x'), '27:15 keys-in-workflow'],
    [
      'where a script signs by a key’s address',
      but('npm ci', 'registry sign --key awskms:///x'),
      '27:34 keys-in-workflow',
    ],
    ['where a key is passed on', but('github.event.pull_request.title', 'vars.KMS_KEY'), '25:27 keys-in-workflow'],
    ['where a failure is ignored', but('id: base', 'continue-on-error: true'), '23:28 ignored-failure'],
    ['where runs share a cache', but('package-manager-cache: false', 'cache: npm'), '20:15 shared-cache'],
    ['where runs share a cache unasked', but('package-manager-cache: false', 'node-version: 24'), '20:15 shared-cache'],
    [
      'where runs share a folder',
      but(`setup-node@${pin} # v7.0.0\n        with:\n          package-manager-cache: false`, `cache@${pin} # v4.0.0`),
      '20:15 shared-cache',
    ],
    ['without a concurrency group', but(/concurrency:\n.*\n/u, ''), '1:1 workflow-concurrency'],
    ['where a pipe may fail unnoticed', but('shell: bash', 'shell: sh'), '8:3 workflow-shell'],
    [
      'where it repeats itself by reference',
      but('id: base\n', 'id: &base base\n').replace('echo "$TITLE"\n', 'echo "$TITLE"\n      - run: *base\n'),
      '29:14 workflow-alias',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await found(text)).toEqual([expected].flat().map((each) => `a.yml:${each}`));
  });

  test('for everything that is wrong, at once and in order', () => {
    const text = but('ubuntu-24.04', 'ubuntu-latest')
      .replace(' # v7.0.1', '')
      .replace('npm ci', 'echo ${{ github.actor }}');
    expect(places(checkWorkflow('a.yml', text))).toEqual([
      'a.yml:12:14 moving-runner',
      'a.yml:17:15 pin-without-version',
      'a.yml:27:16 expression-in-run',
    ]);
  });
});

test('leaves what is no workflow to GitHub’s parser', async () => {
  expect(await found('')).toEqual(['a.yml:undefined:undefined workflow-syntax']);
  expect(await found('jobs: [\n')).toContain('a.yml:2:1 workflow-syntax');
});

test.each([
  ['#!/usr/bin/env bash\n# Does something.\nset -euo pipefail\necho\n', []],
  ['#!/usr/bin/env bash\n\nset -eu\necho\n', ['a.sh:3:1 script-options']],
  ['#!/usr/bin/env bash\n\necho\nset -euo pipefail\n', ['a.sh:3:1 script-options']],
  ['', ['a.sh:1:1 script-options']],
])('has a script stop where a command fails: %j', (text, expected) => {
  expect(places(checkScript('a.sh', text))).toEqual(expected);
});

test.each([
  ['set -euo pipefail\naws lambda invoke\n', []],
  ['set -euo pipefail\naws kms sign\n', ['a.sh:2:5 keys-in-workflow']],
  ["import { KMSClient } from '@aws-sdk/client-kms';\n", ['a.sh:1:10 keys-in-workflow']],
])('has no program of a workflow use the keys: %j', (text, expected) => {
  expect(places(checkProgram('a.sh', text))).toEqual(expected);
});
