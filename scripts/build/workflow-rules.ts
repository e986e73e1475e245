/**
 * What a workflow must be like beyond being one. It runs on the machines of a forge, beside a token, often on a
 * change that nobody has read yet; each rule takes away one way in which such a change could reach more than its job.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Node, type Scalar, type YAMLMap } from 'yaml';
import { inOrder, type Fault, type Problem } from '../../core/problem.ts';

/** Notes a fault at a node, or `offset` characters into it. */
type Note = (at: unknown, fault: Fault, offset?: number) => void;

/** The permission to prove to others which job this is. */
const identity = 'id-token';

/** Minutes that a job may ask for at most. */
const maxTimeoutMinutes = 120;

/** Everything that our rules have against a workflow. What is no workflow at all, GitHub's parser says. */
export function checkWorkflow(file: string, text: string): Problem[] {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines });
  if (!isMap(contents)) return [];
  const problems: Problem[] = [];
  const note: Note = (at, fault, offset = 0) => {
    const start = (at as Node | undefined)?.range?.[0];
    const { line, col } = lines.linePos((start ?? 0) + offset);
    problems.push({ ...fault, file, line, column: col });
  };
  const judgesChanges = ['pull_request', 'merge_group'].some((event) => triggersOf(contents).has(event));

  checkTop(contents, note);
  const jobs = contents.get('jobs');
  for (const { key, value } of isMap(jobs) ? jobs.items : [])
    if (isMap(value)) checkJob(key, value, judgesChanges, note);
  checkNodes(contents, judgesChanges, text, note);
  return inOrder(problems);
}

/** Only the signer's functions use the keys: a workflow that could, would make every runner a signer. */
const keyService = /kms/iu;
const usesKeys: Fault = {
  code: 'keys-in-workflow',
  message: 'a workflow that uses the keys: only the functions of the signer may',
  remedy: 'ask a function with `.github/scripts/ask-signer.sh`',
};

/** A program that a workflow starts uses no key either. */
export function checkProgram(file: string, text: string): Problem[] {
  return text.split('\n').flatMap((line, index) => {
    const at = line.search(keyService);
    return at < 0 ? [] : [{ ...usesKeys, file, line: index + 1, column: at + 1 }];
  });
}

/** A script of the workflows stops at the first command that fails. */
export function checkScript(file: string, text: string): Problem[] {
  const first = text.split('\n').findIndex((line) => line !== '' && !line.startsWith('#'));
  if (text.split('\n')[first] === 'set -euo pipefail') return [];
  return [
    {
      code: 'script-options',
      file,
      line: Math.max(first, 0) + 1,
      column: 1,
      message: 'the script goes on after a command has failed',
      remedy: 'let its first command be `set -euo pipefail`',
    },
  ];
}

function triggersOf(workflow: YAMLMap): ReadonlySet<string | undefined> {
  const on = workflow.get('on');
  const names = isMap(on) ? on.items.map(({ key }) => key) : isSeq(on) ? on.items : [on];
  return new Set(names.map(textOf));
}

function checkTop(workflow: YAMLMap, note: Note): void {
  const permissions = workflow.get('permissions', true);
  if (!isMap(permissions) || permissions.items.length > 0)
    note(permissions, {
      code: 'workflow-permissions',
      message: 'a job that forgets its permissions would get more than none',
      remedy: 'write `permissions: {}` at the top, and give each job what it needs',
    });
  if (!workflow.has('concurrency'))
    note(undefined, {
      code: 'workflow-concurrency',
      message: 'nothing says which runs replace each other',
      remedy: 'add a concurrency group',
    });
  if (workflow.getIn(['defaults', 'run', 'shell']) !== 'bash')
    note(workflow.get('defaults', true), {
      code: 'workflow-shell',
      message: 'without a named shell, a command that fails in a pipe goes unnoticed',
      remedy: 'write `defaults: {run: {shell: bash}}`',
    });
  for (const name of ['pull_request_target', 'workflow_run'])
    if (triggersOf(workflow).has(name))
      note(workflow.get('on', true), {
        code: 'privileged-trigger',
        message: `${name} gives the rights and secrets of main to a run that a stranger starts`,
        remedy: 'use pull_request, which has neither',
      });
}

function checkJob(key: unknown, job: YAMLMap, judgesChanges: boolean, note: Note): void {
  const name = textOf(key);
  const permissions = job.get('permissions', true);
  if (!isMap(permissions))
    note(permissions ?? key, {
      code: 'job-permissions',
      message: `the job ${name} does not list its permissions`,
      remedy: 'list what it needs, `contents: read` for a checkout; `{}` where it needs nothing',
    });
  const written = isMap(permissions)
    ? permissions.items.filter(({ value }) => !['read', 'none'].includes(textOf(value) ?? ''))
    : [];
  const writes = written.length > 0;
  if (writes && judgesChanges)
    note(permissions, {
      code: 'write-beside-change',
      message: `the job ${name} may write, in a workflow that runs on changes`,
      remedy: 'pass what it found to a workflow that runs on main',
    });
  const installs = job.toString().search(/\b(?:npm|npx|pnpm|yarn)\b/u) >= 0;
  // An identity writes nothing on the forge; what it may do elsewhere, the environment bounds.
  if (written.some(({ key: permission }) => textOf(permission) !== identity) && installs)
    note(permissions, {
      code: 'write-beside-packages',
      message: `the job ${name} may write, and runs the code of packages`,
      remedy: 'do the one in a job of its own, and pass files of bounded size to the other',
    });
  if (written.some(({ key: permission }) => textOf(permission) === identity) && !isScalar(job.get('environment', true)))
    note(permissions, {
      code: 'identity-without-environment',
      message: `the job ${name} gets an identity that any job of the repository could get`,
      remedy: 'name the `environment` that the role asks for, one for each role',
    });
  // A job of another workflow has these there.
  if (job.has('uses')) return;
  const minutes = job.get('timeout-minutes');
  if (typeof minutes !== 'number' || minutes > maxTimeoutMinutes)
    note(job.get('timeout-minutes', true) ?? key, {
      code: 'job-timeout',
      message: `the job ${name} may run for ${textOf(minutes) ?? '360'} minutes`,
      remedy: `set timeout-minutes to a number, ${maxTimeoutMinutes} at most`,
    });
  const runner = textOf(job.get('runs-on')) ?? '';
  if (!/^(?:ubuntu|windows|macos)-\d+(?:\.\d+)?(?:-arm)?$/u.test(runner))
    note(job.get('runs-on', true) ?? key, {
      code: 'moving-runner',
      message: `the job ${name} runs on ${runner === '' ? 'what cannot be read here' : runner}, which may become another system`,
      remedy: 'name one version, such as ubuntu-24.04',
    });
}

/** What is wrong wherever it stands. */
function checkNodes(workflow: YAMLMap, judgesChanges: boolean, text: string, note: Note): void {
  visit(workflow, {
    Alias: (_, alias) =>
      note(alias, {
        code: 'workflow-alias',
        message: `*${alias.source} stands for something that is written elsewhere`,
        remedy: 'write it out: readers and these rules look at one place',
      }),
    Scalar: (_, scalar) => {
      const [start = 0, end = 0] = scalar.range ?? [];
      const at = text.slice(start, end).search(keyService);
      if (at >= 0) note(scalar, usesKeys, at);
    },
    Pair: (_, { key, value }, path) => {
      const parent = path.at(-1);
      if (textOf(key) === 'uses' && isScalar(value) && isMap(parent)) {
        checkAction(value, parent, note);
      } else if (textOf(key) === 'run' && isScalar(value)) {
        const [start, end] = value.range ?? [0, 0];
        const at = text.slice(start, end).indexOf('${{');
        if (at >= 0)
          note(
            value,
            {
              code: 'expression-in-run',
              message: 'an expression in a script: its value becomes part of the program',
              remedy: 'pass it through `env`, and quote the variable',
            },
            at,
          );
      }
      if (textOf(key) === 'continue-on-error')
        note(value ?? key, {
          code: 'ignored-failure',
          message: 'what fails here counts as passed',
          remedy: 'let it fail, and give what must still run a condition',
        });
      if (judgesChanges && (textOf(key) === 'secrets' || holdsSecret(textOf(key) === 'if', value)))
        note(value ?? key, {
          code: 'secret-beside-change',
          message: 'a secret or the token of the job, in a workflow that runs on changes',
          remedy: 'do without: what a change can reach, it can send away',
        });
    },
  });
}

function checkAction(uses: Scalar, step: YAMLMap, note: Note): void {
  const action = textOf(uses) ?? '';
  const [name = '', pin = ''] = action.split('@');
  if (!/^[\w.-]+(?:\/[\w.-]+)+$/u.test(name) || !/^[0-9a-f]{40}$/u.test(pin))
    note(uses, {
      code: 'unpinned-action',
      message: `${action} can become something else`,
      remedy: 'write owner/name@ and the 40 digits of a commit; look at that commit first',
    });
  else if (!/^ v\d+\.\d+\.\d+$/u.test(uses.comment ?? ''))
    note(uses, {
      code: 'pin-without-version',
      message: `nobody can read which version of ${name} the commit is`,
      remedy: 'write it behind, as `# v1.2.3`',
    });
  const setting = (key: string): unknown => step.getIn(['with', key]);
  if (name.toLowerCase() === 'actions/checkout' && setting('persist-credentials') !== false)
    note(uses, {
      code: 'checkout-credentials',
      message: "the checkout leaves the job's token in its folder",
      remedy: 'set `persist-credentials: false`',
    });
  const caches =
    /^actions\/cache(?:\/|$)/iu.test(name) ||
    setting('cache') !== undefined ||
    (name.toLowerCase() === 'actions/setup-node' && setting('package-manager-cache') !== false);
  if (caches)
    note(uses, {
      code: 'shared-cache',
      message: 'what one run puts into a cache, another runs',
      remedy: 'do without; for actions/setup-node set `package-manager-cache: false`',
    });
}

/** Secrets, the token, or the whole context that holds the token. */
function holdsSecret(isCondition: boolean, value: unknown): boolean {
  const text = textOf(value) ?? '';
  const expressions = isCondition ? [text] : [...text.matchAll(/\$\{\{.*?\}\}/gsu)].map(([found]) => found);
  return expressions.some((found) => /\bsecrets\b|\bgithub\b(?!\s*\.\s*(?!token\b)\w)/iu.test(found));
}

/** The text of a scalar, read or not; undefined for anything else. */
function textOf(node: unknown): string | undefined {
  const value = isScalar(node) ? node.value : node;
  return ['string', 'number', 'boolean'].includes(typeof value) ? `${value as string | number | boolean}` : undefined;
}
