/** One session with an MCP server, with only the requests that listing what it offers needs. */
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../core/failure.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { captureDeadlineMs, captureTimeoutMs, maxCaptureBytes, maxListPages, maxLockedOffers } from '../core/limits.ts';
import { otherKinds, pinnedPart, toolKind, type OfferKind, type OfferList } from '../core/offers.ts';
import { introduce, type Introduced } from './introduction.ts';
import { isUnknownMethod, isUnusable, unusable, type Session, type SessionBounds } from './requests.ts';

/** A tool, a prompt, a resource or a resource template as the server sent it, with a key that a lock can hold. */
export type Definition = JsonObject;

/** A list as a client gets it; `no answer` where the server has such a list, and did not give it. */
export type List = readonly Definition[] | 'no answer';

/** What a server said about itself. */
export interface Said {
  readonly instructions?: string;
  readonly tools: readonly Definition[];
  /** Only those that its capabilities declare. */
  readonly others: ReadonlyMap<OfferList, List>;
}

const usual: SessionBounds = {
  answerMs: captureTimeoutMs,
  sessionMs: captureDeadlineMs,
  settleMs: 1_000,
  maxBytes: maxCaptureBytes,
};

/** The requests that give each list, and the capability that declares it. */
const requests = {
  tools: { method: 'tools/list', capability: 'tools' },
  prompts: { method: 'prompts/list', capability: 'prompts' },
  resources: { method: 'resources/list', capability: 'resources' },
  resourceTemplates: { method: 'resources/templates/list', capability: 'resources' },
} as const satisfies Record<OfferList, object>;

/** What the client can do: nothing, or everything. Some servers offer more to the second. */
export const modest: JsonObject = {};
export const capable: JsonObject = {
  roots: { listChanged: true },
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} },
  tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
};

/** The session is ended before this settles. @throws Failure `capture` if the server does not answer correctly */
export async function listOffers(
  open: (limits: Omit<SessionBounds, 'settleMs'>) => Session,
  capabilities: JsonObject,
  bounds: Partial<SessionBounds> = {},
): Promise<Said> {
  const { settleMs, ...limits } = { ...usual, ...bounds };
  const session = open(limits);
  try {
    const { said, request } = await introduce(session, capabilities);
    const { capabilities: offered, instructions } = said;
    const declares = ({ list }: OfferKind): boolean => isJsonObject(offered) && requests[list].capability in offered;
    const tools: Definition[] = [];
    if (declares(toolKind)) tools.push(...(await wholeList(request, toolKind)));
    await wait(settleMs);
    if (declares(toolKind)) tools.push(...(await wholeList(request, toolKind)));
    // Asked after the pause only: it is the list that a client has for the rest of the session.
    const others = new Map<OfferList, List>();
    for (const kind of otherKinds.filter(declares)) others.set(kind.list, await listIfAny(request, kind));
    return { tools, others, ...(typeof instructions === 'string' && { instructions }) };
  } finally {
    await session.end();
  }
}

/**
 * A server may need its service for a list that is no tool: then it is usable without it. An answer that no client can use is a
 * failure of the server.
 */
async function listIfAny(request: Introduced['request'], kind: OfferKind): Promise<List> {
  try {
    return await wholeList(request, kind);
  } catch (error) {
    if (!(error instanceof Failure) || isUnusable(error)) throw error;
    // Many servers have resources and no templates.
    return isUnknownMethod(error) ? [] : 'no answer';
  }
}

async function wholeList(request: Introduced['request'], kind: OfferKind): Promise<Definition[]> {
  const { list, one } = kind;
  const entries: Definition[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < maxListPages; page++) {
    const result = await request(requests[list].method, cursor === undefined ? {} : { cursor });
    const found = result[list];
    if (!Array.isArray(found)) throw unusable(`its list of ${one}s is not an array`);
    if (entries.length + found.length > maxLockedOffers)
      throw unusable(`it lists more than ${maxLockedOffers} ${one}s`);
    entries.push(...found.map((entry) => asDefinition(entry, kind)));
    const next = result.nextCursor;
    if (next === undefined) return checkKeys(entries, kind);
    if (typeof next !== 'string') throw unusable(`the cursor to its next page of ${one}s is not a string`);
    if (cursors.has(next)) throw unusable(`its list of ${one}s leads back to an earlier page`);
    cursors.add((cursor = next));
  }
  throw unusable(`its list of ${one}s has more than ${maxListPages} pages`);
}

/** A lock may hold several definitions of a key, as clients differ. In one list, nobody can tell which of them is meant. */
function checkKeys(entries: Definition[], { key, keyWord, one }: OfferKind): Definition[] {
  const byKey = new Map<unknown, Definition>();
  for (const entry of entries) {
    const same = byKey.get(entry[key]);
    if (same !== undefined && !isDeepStrictEqual(same, entry))
      throw unusable(
        `it lists two different ${one}s of the ${keyWord} ${JSON.stringify(String(entry[key]).slice(0, 60))}`,
      );
    byKey.set(entry[key], entry);
  }
  return entries;
}

function asDefinition(value: unknown, { list, one, key, keyWord, maxKeyLength }: OfferKind): Definition {
  if (!isJsonObject(value)) throw unusable(`it lists a ${one} that is not an object`);
  const name = value[key];
  if (typeof name !== 'string' || name === '') throw unusable(`it lists a ${one} without a ${keyWord}`);
  // Characters as JSON Schema counts them: code points.
  if (name.length > maxKeyLength && Array.from(name).length > maxKeyLength)
    throw unusable(`it lists a ${one} whose ${keyWord} has more than ${maxKeyLength} characters`);
  return pinnedPart(list, value);
}
