/** Asks an endpoint what it offers to agents, as a client without credentials, with and without capabilities. */
import type { Reach } from '../core/download.ts';
import { Failure } from '../core/failure.ts';
import { npmOptions } from '../core/npm-config.ts';
import { expandPlaceholders, placeholdersIn } from '../core/placeholders.ts';
import type { Remote } from '../schemas/types.ts';
import { sameResources, union, type Captured } from './captured.ts';
import { HttpSession } from './http-session.ts';
import { capable, listOffers, modest, type Said } from './mcp-session.ts';
import type { SessionBounds } from './requests.ts';

/**
 * Every client must be answered: what one of them does not see is not known.
 * @throws Failure `capture` if it does not answer, wants what only a user can give, or offers more than a lock can contain
 */
export async function captureEndpoint(
  name: string,
  remote: Remote,
  reach: Reach,
  bounds: Partial<SessionBounds> = {},
): Promise<Captured> {
  const withoutCredentials = `\`registry lock ${name} --no-capture\` locks it without its tools, and the reviewer is told`;
  const { url, headers, missing } = requestTo(remote);
  if (missing.length > 0)
    throw new Failure('capture', `${name} wants ${missing.join(', ')}, which only a user can give`, withoutCredentials);
  const options = await npmOptions();
  const endpoint = { url, headers, transport: remote.transport, options, withoutCredentials };
  const ask = (capabilities: typeof capable): Promise<Said> =>
    listOffers(
      (limits) => new HttpSession({ ...endpoint, publicOnly: reach === 'public' }, limits),
      capabilities,
      bounds,
    );
  const said = [await ask(modest), await ask(capable)];
  const last = said.at(-1);
  // Resources may depend on the time.
  const varies =
    last !== undefined && Array.isArray(last.others.get('resources')) && !sameResources(last, await ask(capable));
  return union(said, varies);
}

/** What is sent with no value of a user's: what the manifest fixes, and its defaults. `missing` is what that lacks. */
function requestTo({ url, headers = [], variables = [] }: Remote): {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
} {
  const values = new Map(
    variables.flatMap(({ name, default: preset, choices: [first] = [] }) => {
      const value = preset ?? first;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const lacking = (text: string): string[] => placeholdersIn(text).filter((name) => !values.has(name));
  const expand = (text: string): string => expandPlaceholders(text, (name) => values.get(name) ?? '');
  const sent = new Map<string, string>();
  const missing = new Set(lacking(url).map((name) => `\${${name}}`));
  for (const { name, value, default: preset, required } of headers) {
    const text = value ?? preset;
    if (text !== undefined && lacking(text).length === 0) sent.set(name, expand(text));
    else if (required === true) missing.add(`the header ${name}`);
  }
  return { url: expand(url), headers: Object.fromEntries(sent), missing: [...missing] };
}
