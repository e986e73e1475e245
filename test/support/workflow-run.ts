/**
 * Runs a workflow on this machine: its `run:` steps are executed as a runner of GitHub does, its conditions and values
 * are computed by GitHub's own evaluator of expressions. The four actions that are used are played by a few lines each.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { workflowParser } from '../../scripts/build/workflow-parser.ts';
import { temporaryFolder } from './folder.ts';

type Values = Readonly<Record<string, unknown>>;
type Result = 'success' | 'failure' | 'skipped';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Values;
  readonly env?: Values;
  readonly 'working-directory'?: string;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly env?: Values;
  readonly outputs?: Values;
  readonly steps: readonly Step[];
}

export interface Simulation {
  readonly workflow: string;
  /** The `github` context. */
  readonly github: Values;
  /** The variables of the repository and of the environment of each job. */
  readonly vars?: Values;
  /** Added to the environment of every step, as the machine's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a checkout puts into a folder. */
  readonly checkout: (inputs: Values, folder: string) => Promise<void>;
  /** Steps that are not executed and count as passed, as `job/id`, each with its reason. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** Called after each job with the folder of all artifacts. */
  readonly afterJob?: (job: string, artifacts: string) => Promise<void>;
}

export interface JobRun {
  readonly result: Result;
  readonly outputs: Values;
  /** What the steps said. */
  readonly log: string;
  /** What became of each, by id. */
  readonly steps: Readonly<Record<string, Result>>;
  /** The page of the run. */
  readonly summary: string;
}

/** Runs the jobs in the order of the file, which must be one that `needs` allows. */
export async function runWorkflow(simulation: Simulation): Promise<Readonly<Record<string, JobRun>>> {
  const { jobs } = parse(await readFile(simulation.workflow, 'utf8')) as { jobs: Readonly<Record<string, Job>> };
  const artifacts = await temporaryFolder();
  const runs: Record<string, JobRun> = {};
  for (const [name, job] of Object.entries(jobs)) {
    const needed = [job.needs ?? []].flat();
    const needs = Object.fromEntries(
      needed.map((other) => [other, { result: runs[other]?.result, outputs: runs[other]?.outputs }]),
    );
    const failed = needed.some((other) => runs[other]?.result !== 'success');
    const { github, vars = {} } = simulation;
    runs[name] = (await holds(job.if, { github, vars, needs }, failed))
      ? await runJob(name, job, needs, artifacts, simulation)
      : { result: 'skipped', outputs: {}, log: '', steps: {}, summary: '' };
    await simulation.afterJob?.(name, artifacts);
  }
  return runs;
}

async function runJob(
  name: string,
  job: Job,
  needs: Values,
  artifacts: string,
  simulation: Simulation,
): Promise<JobRun> {
  const machine = await temporaryFolder();
  const [workspace, temp] = [join(machine, 'work'), join(machine, 'temp')];
  for (const folder of [workspace, temp, join(machine, 'home')]) await mkdir(folder);
  const { github, vars = {} } = simulation;
  const steps: Record<string, { outcome: Result; outputs: Values }> = {};
  const contexts = (): Values => ({ github, vars, needs, steps, runner: { temp } });
  const summary = join(machine, 'summary.md');
  await writeFile(summary, '');
  let log = '';
  let failed = false;
  for (const [index, step] of job.steps.entries()) {
    const id = step.id ?? `step-${index}`;
    let outcome: Result = 'skipped';
    let outputs: Values = {};
    if (await holds(step.if, contexts(), failed)) {
      try {
        if (simulation.leftOut.has(`${name}/${id}`)) {
          steps[id] = { outcome: 'success', outputs };
          continue;
        }
        const inputs = await filled(step.with ?? {}, contexts());
        if (step.uses !== undefined) {
          outputs = await act(step.uses, inputs, { workspace, artifacts, simulation });
        } else {
          const output = join(machine, `output-${index}`);
          await writeFile(output, '');
          const environment = {
            PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
            HOME: join(machine, 'home'),
            ...simulation.env,
            ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp },
            ...{ GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, GITHUB_SERVER_URL: 'https://forge.example' },
            ...{ GITHUB_REPOSITORY: 'example/registry', GITHUB_SHA: String(github['sha']) },
            ...(await filled({ ...job.env, ...step.env }, contexts())),
          };
          log += await bash(step.run ?? '', resolve(workspace, step['working-directory'] ?? '.'), environment, temp);
          outputs = Object.fromEntries(
            (await readFile(output, 'utf8')).split('\n').flatMap((line) => {
              const at = line.indexOf('=');
              return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
            }),
          );
        }
        outcome = 'success';
      } catch (error) {
        log += error instanceof Error ? error.message : String(error);
        [outcome, failed] = ['failure', true];
      }
    }
    steps[id] = { outcome, outputs };
  }
  return {
    result: failed ? 'failure' : 'success',
    outputs: await filled(job.outputs ?? {}, contexts()),
    log,
    steps: Object.fromEntries(Object.entries(steps).map(([id, { outcome }]) => [id, outcome])),
    summary: await readFile(summary, 'utf8'),
  };
}

/** What a script says. @throws with that where it fails */
async function bash(script: string, cwd: string, env: Record<string, string>, temp: string): Promise<string> {
  const file = join(temp, 'step.sh');
  await writeFile(file, script);
  const options = { cwd, env, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await promisify(execFile)(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', file],
      options,
    );
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${stdout}${stderr}\n${message}`, { cause: error });
  }
}

/** The actions, as far as they are used: checkout, setup-node, upload-artifact, download-artifact. */
async function act(
  uses: string,
  inputs: Readonly<Record<string, string>>,
  { workspace, artifacts, simulation }: { workspace: string; artifacts: string; simulation: Simulation },
): Promise<Values> {
  const { name = '', path = '.' } = inputs;
  const here = resolve(workspace, path);
  const [action] = uses.split('@');
  switch (action) {
    case 'actions/checkout':
      await simulation.checkout(inputs, here);
      return {};
    case 'actions/setup-node':
      return {};
    case 'actions/upload-artifact': {
      const isFile = (await stat(here)).isFile();
      await cp(here, join(artifacts, name, isFile ? path : ''), { recursive: true });
      return { 'artifact-id': name };
    }
    case 'actions/download-artifact':
      await cp(join(artifacts, inputs['artifact-ids'] ?? name), here, { recursive: true });
      return {};
    default:
      throw new Error(`nobody plays ${uses}`);
  }
}

/** Whether a job or step runs: unless it asks for how things went, only where all went well. */
async function holds(condition: string | undefined, contexts: Values, failed: boolean): Promise<boolean> {
  const text = /^\s*\$\{\{(?<inner>.*)\}\}\s*$/su.exec(condition ?? '')?.groups?.inner ?? condition ?? 'success()';
  const asks = /\b(?:success|failure|always|cancelled)\s*\(/u.test(text);
  const value = await evaluate(asks ? text : `success() && (${text})`, contexts, failed);
  return !['', 'false', '0'].includes(value);
}

/** Values with their expressions computed. */
async function filled(values: Values, contexts: Values): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    let text = '';
    // Every second part stands between braces.
    for (const [index, part] of String(value)
      .split(/\$\{\{(.*?)\}\}/su)
      .entries())
      text += index % 2 === 0 ? part : await evaluate(part.trim(), contexts, false);
    all[key] = text;
  }
  return all;
}

async function evaluate(expression: string, contexts: Values, failed: boolean): Promise<string> {
  const { Lexer, Parser, Evaluator, data } = (await workflowParser()).expressions;
  const known = { success: !failed, failure: failed, always: true, cancelled: false };
  const functions = Object.entries(known).map(([name, value]) => {
    return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) };
  });
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
  return new Evaluator(tree, values, new Map(functions.map((each) => [each.name, each]))).evaluate().coerceString();
}

/**
 * The commands that a runner would take from what steps said: after `::` at a line's start or `##[` anywhere, unless a step
 * stopped them until it says its token (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
 */
export function runnerCommands(log: string): string[] {
  const found: string[] = [];
  let until: string | undefined;
  for (const line of log.split(/[\r\n]+/u).map((each) => each.trimStart())) {
    if (until !== undefined) {
      if (line === until) until = undefined;
      continue;
    }
    const token = /^::stop-commands::(?<token>.+)$/u.exec(line)?.groups?.token;
    if (token !== undefined) until = `::${token}::`;
    else if (line.startsWith('::') || line.includes('##[')) found.push(line);
  }
  return found;
}
