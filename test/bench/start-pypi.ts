/** How long a server from PyPI takes to start, beside Python alone and uvx. It needs the package index. */
import { spawnSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isolated } from '../../artefacts/pypi/interpreter.ts';
import { geometricMean, inTurn, ms, ratio, toEnd, toFirstAnswer, type Program, type Row } from './measure.ts';
import { fromEmpty, registryHere, trustingHost, withoutUs, type Ready } from './trusting-host.ts';

export async function benchStartPypi(folder: string): Promise<Row[]> {
  const host = await trustingHost(await registryHere(folder), folder);
  try {
    const names = await host.namesOf('pypi');
    if (names.length === 0) return [['run, servers from PyPI', 'not measured: nothing names a package index', '']];
    const hasUvx = spawnSync('uvx', ['--version'], { stdio: 'ignore' }).status === 0;
    const rows: Row[] = [];
    const plain: number[] = [];
    const compiled: number[] = [];
    const warm: number[] = [];
    const cold: number[] = [];
    for (const name of names) {
      const ready = await host.install(name);
      const copy = await compiledCopy(ready, join(folder, `compiled-${name}`));
      const [data, caches] = [join(folder, `cold-${name}`), join(folder, `uvx-${name}`)];
      const coldRun = await fromEmpty(data, host.command(['run', name], data));
      const programs = [host.command(['run', name]), withoutUs(ready), withoutUs(ready, copy)];
      const coldUvx = hasUvx ? await toFirstAnswer(uvx(ready, caches, folder)) : NaN;
      const [run = NaN, python = NaN, ofCompiled = NaN, warmUvx = NaN] = await inTurn(
        toFirstAnswer,
        hasUvx ? [...programs, uvx(ready, caches, folder)] : programs,
      );
      plain.push(run / python);
      compiled.push(run / ofCompiled);
      warm.push(run / warmUvx);
      cold.push(coldRun / coldUvx);
      const ofUvx = hasUvx ? [`, uvx ${ms(warmUvx)}`, `, uvx ${ms(coldUvx)}`] : ['', ''];
      rows.push([
        `  ${name}`,
        `run ${ms(run)}, python ${ms(python)}, compiled ${ms(ofCompiled)}${ofUvx[0]}; cold: run ${ms(coldRun)}${ofUvx[1]}`,
        '',
      ]);
      for (const used of [copy, caches]) await rm(used, { recursive: true, force: true });
    }
    const mean = `geometric mean of ${names.length}`;
    rows.push(ratio('run / python <server>, whole tree hashed', geometricMean(plain), 1.6, mean));
    rows.push(ratio('run / python <server> with compiled files', geometricMean(compiled), 1.6, mean));
    if (!hasUvx) return [...rows, ['run / uvx', 'not measured: uv is not installed', '']];
    rows.push(ratio('run / uvx, warm', geometricMean(warm), 0.5, mean));
    rows.push(ratio('run / uvx, from empty caches', geometricMean(cold), 0.5, mean));
    return rows;
  } finally {
    host.close();
  }
}

/** The same files with what Python would compile at its first start. */
async function compiledCopy({ installed }: Ready, folder: string): Promise<string> {
  await cp(installed.root, folder, { recursive: true });
  const command = pythonOf(installed);
  await toEnd({ command, words: [...isolated, '-m', 'compileall', '-q', '-j', '0', folder] });
  return folder;
}

/** With the Python that ours starts, and nothing that others left. */
function uvx({ found, plan, variables, installed }: Ready, caches: string, cwd: string): Program {
  const spec = found.lock.artefact?.url.slice('pypi:'.length).replace('==', '@') ?? '';
  const own = { UV_CACHE_DIR: join(caches, 'cache'), UV_TOOL_DIR: join(caches, 'tools'), UV_PYTHON_DOWNLOADS: 'never' };
  return {
    command: 'uvx',
    words: ['--python', pythonOf(installed), spec, ...plan.arguments],
    env: { ...variables, ...own },
    cwd,
  };
}

function pythonOf({ python }: Ready['installed']): string {
  if (python === undefined) throw new Error('a Python server needs an interpreter');
  return python().executable;
}
