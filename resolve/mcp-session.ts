/** One session with an MCP server, with only the requests that listing its tools needs. */
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import {
  captureDeadlineMs,
  captureTimeoutMs,
  maxCaptureBytes,
  maxLockedTools,
  maxToolNameLength,
  maxToolPages,
} from '../core/limits.ts';
import { Session, unusable, type SessionBounds } from './json-rpc.ts';

/** A tool as the server sent it, with a name that a lock can hold. */
export type Definition = JsonObject & { readonly name: string };

/** What a server said about itself. */
export interface Said {
  readonly instructions?: string;
  readonly tools: readonly Definition[];
}

const usual: SessionBounds = {
  answerMs: captureTimeoutMs,
  sessionMs: captureDeadlineMs,
  settleMs: 1_000,
  maxBytes: maxCaptureBytes,
};
const protocolVersion = '2025-11-25';

/** The command is killed before this settles. @throws Failure `capture` if it does not answer correctly */
export async function listTools(
  command: readonly string[],
  capabilities: JsonObject,
  bounds: Partial<SessionBounds> = {},
): Promise<Said> {
  const { settleMs, ...limits } = { ...usual, ...bounds };
  const session = new Session(command, limits);
  try {
    const { capabilities: offered, instructions } = await session.request('initialize', {
      protocolVersion,
      capabilities,
      clientInfo: { name: 'countersign', version: '0' },
    });
    session.notify('notifications/initialized');
    const tools: Definition[] = [];
    if (isJsonObject(offered) && 'tools' in offered) {
      tools.push(...(await allTools(session)));
      await wait(settleMs);
      tools.push(...(await allTools(session)));
    }
    return { tools, ...(typeof instructions === 'string' && { instructions }) };
  } finally {
    await session.kill();
  }
}

async function allTools(session: Session): Promise<Definition[]> {
  const tools: Definition[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < maxToolPages; page++) {
    const result = await session.request('tools/list', cursor === undefined ? {} : { cursor });
    if (!Array.isArray(result.tools)) throw unusable('its list of tools is not an array');
    if (tools.length + result.tools.length > maxLockedTools)
      throw unusable(`it lists more than ${maxLockedTools} tools`);
    tools.push(...result.tools.map(asDefinition));
    const next = result.nextCursor;
    if (next === undefined) return checkNames(tools);
    if (typeof next !== 'string') throw unusable('the cursor to its next page of tools is not a string');
    if (cursors.has(next)) throw unusable('its list of tools leads back to an earlier page');
    cursors.add((cursor = next));
  }
  throw unusable(`its list of tools has more than ${maxToolPages} pages`);
}

/** A lock may hold several definitions of a name, as clients differ. In one list, nobody can tell which of them is called. */
function checkNames(tools: Definition[]): Definition[] {
  const byName = new Map<string, Definition>();
  for (const tool of tools) {
    const same = byName.get(tool.name);
    if (same !== undefined && !isDeepStrictEqual(same, tool))
      throw unusable(`it lists two different tools of the name ${JSON.stringify(tool.name.slice(0, 60))}`);
    byName.set(tool.name, tool);
  }
  return tools;
}

function asDefinition(value: unknown): Definition {
  if (!isJsonObject(value)) throw unusable('it lists a tool that is not an object');
  const { name } = value;
  if (typeof name !== 'string' || name === '') throw unusable('it lists a tool without a name');
  // Characters as JSON Schema counts them: code points.
  if (name.length > maxToolNameLength && Array.from(name).length > maxToolNameLength)
    throw unusable(`it lists a tool whose name has more than ${maxToolNameLength} characters`);
  return { ...value, name };
}
