/** Lints the workflows and their scripts: `npm run check` runs it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from '../../core/exit.ts';
import { inOrder, type Problem } from '../../core/problem.ts';
import { sayProblems } from '../commands/common.ts';
import { syntaxProblems } from './workflow-parser.ts';
import { checkProgram, checkScript, checkWorkflow } from './workflow-rules.ts';

const root = join(import.meta.dirname, '../..');
const problems: Problem[] = [];

async function eachFile(
  folder: string,
  pattern: RegExp,
  check: (file: string, text: string) => unknown,
): Promise<void> {
  const names = (await readdir(join(root, folder))).filter((name) => pattern.test(name)).sort();
  // Nothing found is nothing checked.
  if (names.length === 0) throw new Error(`there is nothing to check in ${folder}`);
  for (const name of names) await check(`${folder}/${name}`, await readFile(join(root, folder, name), 'utf8'));
}

await eachFile('.github/workflows', /\.ya?ml$/u, async (file, text) => {
  problems.push(...(await syntaxProblems(file, text)), ...checkWorkflow(file, text));
});
await eachFile('.github/scripts', /\.sh$/u, (file, text) => problems.push(...checkScript(file, text)));
await eachFile('.github/scripts', /./u, (file, text) => problems.push(...checkProgram(file, text)));

sayProblems(inOrder(problems));
if (problems.length > 0) process.exitCode = exitCodes.problems;
