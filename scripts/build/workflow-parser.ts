/**
 * GitHub's own reader of workflows and of the expressions in them. Node cannot import it as it is published, since it
 * imports JSON without saying so: it is bundled whenever it is wanted, in a fifth of a second.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Problem } from '../../core/problem.ts';
import { asModules } from './validators.ts';

type Parser = typeof import('@actions/workflow-parser') & {
  readonly expressions: typeof import('@actions/expressions');
};

const parserDir = join(import.meta.dirname, '../../node_modules/@actions/workflow-parser');
let bundled: Promise<Parser> | undefined;

export const workflowParser = (): Promise<Parser> => (bundled ??= bundle());

async function bundle(): Promise<Parser> {
  const contents = "export * from '@actions/workflow-parser'; export * as expressions from '@actions/expressions';";
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: parserDir, loader: 'js' },
    ...asModules,
    write: false,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as Parser;
}

/** What GitHub would say of the file: unknown keys, wrong types, expressions that do not parse or name nothing. */
export async function syntaxProblems(file: string, text: string): Promise<Problem[]> {
  const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await workflowParser();
  const { context, value } = parseWorkflow({ name: file, content: text }, new NoOperationTraceWriter());
  // The second reading finds jobs that need each other in a circle.
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ rawMessage, range }) => ({
    code: 'workflow-syntax',
    file,
    ...(range !== undefined && { line: range.start.line, column: range.start.column }),
    message: rawMessage,
    remedy: 'see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax',
  }));
}
