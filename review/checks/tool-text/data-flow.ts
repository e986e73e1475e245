/**
 * Names a server whose tools together let strangers have private data sent to them, and one that completes this for the
 * users of other servers. It is said once for a server, not for each pair of tools.
 */
import type { LockedTool, Manifest } from '../../../schemas/types.ts';
import { series } from '../../show/table.ts';
import { labelled, legs, waysOut, type Leg } from './legs.ts';
import { quoted } from './quoted.ts';
import type { Found } from './rules.ts';
import { everyone, type ServerIndex } from './server-index.ts';

/** For each thing, where it comes from, in words. */
type Given = ReadonlyMap<Leg, string>;

export function dataFlowIn(manifest: Manifest, tools: readonly LockedTool[], servers: ServerIndex): Found[] {
  const out = waysOut(manifest);
  const isLabelled = Object.keys(manifest.tools?.labels ?? {}).length > 0;
  const allowed = tools.filter(({ name }) => manifest.tools?.allow?.includes(name) ?? true);
  const toolsWith = (leg: 'private data' | 'content of others'): string[] =>
    isLabelled ? labelled(manifest, leg) : allowed.filter((tool) => seemsToGive(tool, leg)).map(({ name }) => name);
  const given = new Map(
    legs.flatMap((leg): [Leg, string][] => {
      if (leg === 'a way out') return out.length === 0 ? [] : [[leg, ways(out, allowed)]];
      const names = toolsWith(leg);
      return names.length === 0 ? [] : [[leg, listed(names)]];
    }),
  );
  if (given.size === legs.length)
    return [
      flow(
        isLabelled
          ? `has ${described(given)}`
          : `seems to have ${described(given)}; none of its tools is labelled, so this is guessed from their names`,
      ),
    ];
  // Beside other servers, only what is sure counts: every server that may reach a host gives a way out.
  const sure = isLabelled ? given : new Map([...given].filter(([leg]) => leg === 'a way out'));
  return sure.size === 0 ? [] : withOthers(manifest, sure, servers);
}

/** Looks for a group whose users get all three things only with this server. */
function withOthers({ name, audience }: Manifest, given: Given, { givers }: ServerIndex): Found[] {
  for (const group of audience ?? givers.keys()) {
    const others = new Map(
      legs.flatMap((leg): [Leg, string][] => {
        const other = [everyone, group]
          .flatMap((each) => givers.get(each)?.get(leg) ?? [])
          .find((each) => each !== name);
        return other === undefined ? [] : [[leg, other]];
      }),
    );
    if (others.size === legs.length || !legs.every((leg) => given.has(leg) || others.has(leg))) continue;
    const missing = new Map([...others].filter(([leg]) => !given.has(leg)));
    const users = group === everyone ? 'its users' : `the users of the group ${group}`;
    return [flow(`has ${described(given)}, and ${users} also have ${described(missing)}`)];
  }
  return [];
}

const flow = (what: string): Found => ({
  rule: 'tools-data-flow',
  level: 'review',
  what: `${what}: what others write can have an agent send private data out`,
});

const described = (given: Given): string => series([...given].map(([leg, source]) => `${leg} (${source})`));

const maxListed = 3;

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, maxListed)
    .map((name) => quoted(name, 60))
    .join(', ');
  return names.length > maxListed ? `${shown} and ${names.length - maxListed} more` : shown;
}

/** The hosts, and the tools that say that they do more than read. */
function ways(out: readonly string[], tools: readonly LockedTool[]): string {
  const writing = tools
    .filter(({ definitions }) => definitions.some(({ definition }) => annotation(definition, 'readOnlyHint') !== true))
    .map(({ name }) => name);
  return writing.length === 0 ? listed(out) : `${listed(out)} by ${listed(writing)}`;
}

const annotation = ({ annotations }: Readonly<Record<string, unknown>>, name: string): unknown =>
  typeof annotations === 'object' && annotations !== null ? Reflect.get(annotations, name) : undefined;

const wordsOf = (text: string): Set<string> => new Set(text.split(' '));
const letters = 'email emails mail mails inbox mailbox message messages chat chats conversations ticket tickets';
const reads = wordsOf('get list read search query fetch find retrieve open show view browse download execute');
const subjects = {
  'private data': wordsOf(
    `${letters} calendar calendars contacts channel file files document documents drive database sql repository repositories customer customers notes`,
  ),
  'content of others': wordsOf(`${letters} issue issues comment comments feed feeds tweets`),
};
const fetches = wordsOf('fetch read open browse search scrape crawl navigate');
const web = wordsOf('web website websites url urls webpage page pages html');
/** Beside these, the other words mean settings. */
const settings = wordsOf(
  'template templates log logs setting settings config policy category categories rule rules link address count type types reaction reactions customization customizations cache',
);

/**
 * Whether the name of a tool says that it reads such things. Descriptions speak of too much else. A server where the names
 * say nothing needs labels all the same.
 */
function seemsToGive({ name }: LockedTool, leg: keyof typeof subjects): boolean {
  const words = name
    .replace(/(?<=[a-z])(?=[A-Z])/gu, ' ')
    .toLowerCase()
    .split(/[^a-z]+/u);
  const has = (wanted: ReadonlySet<string>): boolean => words.some((word) => wanted.has(word));
  if (has(settings)) return false;
  if (has(reads) && has(subjects[leg])) return true;
  return leg === 'content of others' && (has(wordsOf('scrape crawl')) || (has(fetches) && has(web)));
}
