/** From a function of the signer to a handler of AWS Lambda: what it may be told, what it answers, and what it logs. */
import { isObjectId } from '../../catalog/objects/object-id.ts';
import { Failure, messageOf, UsageError } from '../../core/failure.ts';
import { isJsonObject } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { withContext, type FunctionContext } from './function-context.ts';

/** What a function did. It is what its caller gets, and what is logged: no secret and no whole document is in it. */
export interface Outcome {
  /** Counts and names, in the words of the function. */
  readonly done: Readonly<Record<string, number | boolean | string | readonly string[]>>;
  readonly problems: readonly Problem[];
  /** Why nothing of the commit was used, though what was signed before was kept going. */
  readonly stopped?: Refusal | Failure;
}

/** Does the work; `commit` is all that its caller may say. */
export type SignerFunction = (context: FunctionContext, commit: string | undefined) => Promise<Outcome>;

/** The answer, where nothing stopped the function. */
export interface Answer extends Omit<Outcome, 'stopped'> {
  readonly function: string;
}

/**
 * The handler. An error that it throws is one that Lambda reports: its message names code and remedy, so that whoever reads
 * the log knows what to do.
 */
export const handlerOf =
  (name: string, work: SignerFunction, { takesCommit }: { readonly takesCommit: boolean }) =>
  async (event: unknown): Promise<Answer> => {
    const started = performance.now();
    const log = (level: 'info' | 'error', fields: Readonly<Record<string, unknown>>): void =>
      void process.stdout.write(
        `${JSON.stringify({ level, function: name, milliseconds: Math.round(performance.now() - started), ...fields })}\n`,
      );
    try {
      const commit = commitIn(event, name, takesCommit);
      const file = process.env['SIGNER_CONFIG'] ?? '/var/task/signer.json';
      const { done, problems, stopped } = await withContext(file, new Date(), (context) => work(context, commit));
      for (const { code, file: about, message } of problems) log('info', { code, file: about, message });
      log('info', { ...(commit !== undefined && { commit }), ...done });
      if (stopped !== undefined) throw stopped;
      return { function: name, done, problems };
    } catch (error) {
      const { code, remedy } =
        error instanceof Refusal || error instanceof Failure || error instanceof UsageError ? error : {};
      log('error', { code: code ?? 'fault', message: messageOf(error), ...(remedy !== undefined && { remedy }) });
      throw code === undefined ? error : new Error(`${code}: ${messageOf(error)}; ${remedy ?? ''}`);
    }
  };

/** The one thing that a caller may say. @throws UsageError where it says anything else */
function commitIn(event: unknown, name: string, takesCommit: boolean): string | undefined {
  const { commit, ...others } = isJsonObject(event) ? event : { event };
  const known = takesCommit ? 'a commit id or nothing: {"commit": "…"} or {}' : 'nothing: {}';
  if (Object.keys(others).length > 0 || (commit !== undefined && !takesCommit))
    throw new UsageError(`${name} was told something that it does not take`, `tell it ${known}`);
  if (commit === undefined) return undefined;
  if (typeof commit === 'string' && isObjectId(commit)) return commit;
  throw new UsageError(`${name} was told no commit id`, `tell it ${known}`);
}
