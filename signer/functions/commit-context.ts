/** What the two functions start from that ask the forge. */
import { forgeSource } from '../evidence/forge-source.ts';
import { openGitHub } from '../evidence/github/open.ts';
import type { CommitContext } from '../open-commit.ts';
import type { FunctionContext } from './function-context.ts';

/** Nothing is asked yet. @throws Failure `forge-credentials`, `forge-unsafe` */
export function commitContext(
  context: FunctionContext,
  commit: string | undefined,
  writesIndex: boolean,
): CommitContext {
  const { forge: config } = context.config;
  const { forge, objects } = openGitHub(config, context.clock);
  return {
    ...context,
    writesIndex,
    forge,
    content: forgeSource(objects, config.begin),
    ...(commit !== undefined && { commit }),
  };
}
