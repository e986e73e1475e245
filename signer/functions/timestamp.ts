/** The function that signs the timestamp: it has the second online key, and keeps hosts going while nothing changes. */
import { signTimestamp } from '../sign-timestamp.ts';
import { handlerOf, type Outcome } from './function.ts';
import type { FunctionContext } from './function-context.ts';

export async function timestamp({ config, state, ...context }: FunctionContext): Promise<Outcome> {
  return { done: { signed: await signTimestamp(state, config.keys.timestamp, context) }, problems: [] };
}

export const handler = handlerOf('timestamp', timestamp, { takesCommit: false });
