/**
 * Checks every text of a server that an agent reads, and reports what is wrong with it. The subject of a finding is
 * `tool:<name>`, `prompt:<name>`, `resource:<uri>`, `resource-template:<uri template>`, `manifest:<field>` (such as
 * `manifest:description`, `manifest:credentials.PGPASSWORD.scope`) or `instructions`, or `tools` where it is about all of them, in
 * printable ASCII. Each rule and subject has at most one finding; its message shows the most severe place.
 */
import { maxDescriptionLength } from '../../../core/limits.ts';
import {
  countOffers,
  offerKinds,
  offersOf,
  otherKinds,
  toolKind,
  type Offered,
  type OfferList,
} from '../../../core/offers.ts';
import type { Lock, LockedDefinitions, LockedOffer, Manifest } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import { outcomeOf, type Check } from '../../verdict/check.ts';
import { refusedByClients, tooLongWithServer } from './client-names.ts';
import { contactsIn } from './contacts.ts';
import { dataFlowIn } from './data-flow.ts';
import { encodedIn } from './encoded.ts';
import { readingOf, type Reading } from './fold.ts';
import { hiddenIn } from './hidden.ts';
import { markupIn, pseudoTagsIn } from './markup.ts';
import { mixedScriptsIn } from './mixed-scripts.ts';
import { nameChecker } from './names.ts';
import { observations, type Placed } from './observations.ts';
import { otherServerFinder } from './other-servers.ts';
import { parameterFound } from './parameters.ts';
import { patternChecker, patternsOf } from './patterns.ts';
import { remoteReferencesIn } from './references.ts';
import type { Found } from './rules.ts';
import { secretPathsIn } from './secret-paths.ts';
import { shellCommandsIn } from './shell-commands.ts';
import type { NamedServer, ServerIndex } from './server-index.ts';
import { subjectsOfManifest, textsOfDefinition, type Text } from './texts.ts';
import { offerSubject, quoted } from './quoted.ts';
import { namesIn, unknownToolFinder } from './unknown-tools.ts';
import { wordingOf } from './wording.ts';

export const toolTextCheck: Check<{ readonly servers: ServerIndex }> = async ({ manifest, lock }, { servers }) =>
  outcomeOf(
    `the texts of the manifest, of ${countOffers(lock?.value ?? {})} and of ${lock?.value.instructionTexts?.length ?? 0} instructions`,
    checkToolText({ manifest: manifest.value, lock: lock?.value }, servers),
  );

/** The field of a manifest that says best what its tools may do together. */
const fieldOfTools = ({ tools, remote }: Manifest): keyof Manifest =>
  tools !== undefined ? 'tools' : remote !== undefined ? 'remote' : 'permissions';

/**
 * Checks the prose of a manifest and everything in a lock that agents read. `servers` are all servers of the registry, with or
 * without this one.
 */
export function checkToolText(
  { manifest, lock }: { readonly manifest: Manifest; readonly lock: Lock | undefined },
  servers: ServerIndex,
): Observation[] {
  const tools = lock?.tools ?? [];
  const own = { name: manifest.name, tools: tools.map(({ name }) => name) };
  const read = readerOf(own, lock ?? {}, servers);
  const checkName = nameChecker(own, servers);
  const checkPattern = patternChecker();
  return [
    ...subjectsOfManifest(manifest).flatMap((subject) => observations(subject, readAll(subject.texts, read))),
    ...observations({ subject: 'tools' }, ofAllTools(tooLongWithServer(own))),
    ...observations(
      { subject: 'tools', field: fieldOfTools(manifest) },
      ofAllTools(dataFlowIn(manifest, tools, servers)),
    ),
    ...tools.flatMap((tool) => {
      const { name, definitions } = tool;
      const found: Placed[] = [
        ...[...checkName(name), ...refusedByClients(name)].map((each) => ({ ...each, where: 'name' })),
        ...textsFound(tool, read),
        ...definitions.flatMap(({ definition }) => remoteReferencesIn(definition)),
        ...definitions.flatMap(({ definition }) =>
          patternsOf(definition).flatMap(({ where, source }) => {
            const wrong = checkPattern(source);
            return wrong === undefined ? [] : [{ ...wrong, where }];
          }),
        ),
      ];
      return observations({ subject: offerSubject(toolKind, name) }, found);
    }),
    ...otherOffers(lock, read),
    ...instructions(lock?.instructionTexts ?? [], read),
  ];
}

/** Texts that a server showed when it was started, and that its lock does not contain. */
export interface Unlocked extends Pick<Offered, 'prompts' | 'resources' | 'resourceTemplates'> {
  readonly instructions?: readonly string[];
}

/** Checks such texts in the same way as those in a lock. */
export function checkUnlocked(
  shown: Unlocked,
  lock: Pick<Lock, 'name' | OfferList>,
  servers: ServerIndex,
): Observation[] {
  const own = { name: lock.name, tools: lock.tools.map(({ name }) => name) };
  const read = readerOf(own, lock, servers);
  return [...otherOffers(shown, read), ...instructions(shown.instructions ?? [], read)];
}

type Read = (text: Text) => readonly Found[];

const ofAllTools = (found: readonly Found[]): Placed[] => found.map((each) => ({ ...each, where: '' }));

const readerOf = (own: NamedServer, offers: Partial<Pick<Offered, OfferList>>, servers: ServerIndex): Read =>
  textReader([
    otherServerFinder(own, servers),
    unknownToolFinder(own, servers, namesIn(offerKinds.flatMap((kind) => offersOf(offers, kind)))),
  ]);

/** Prompts, resources and resource templates. */
const otherOffers = (offers: Partial<Pick<Offered, OfferList>> | undefined, read: Read): Observation[] =>
  otherKinds.flatMap((kind) =>
    offersOf(offers, kind).flatMap((offer) =>
      observations({ subject: offerSubject(kind, offer.name) }, textsFound(offer, read)),
    ),
  );

/** What a server tells every agent when it starts. */
const instructions = (all: readonly string[], read: Read): Observation[] => {
  const texts = all.map((text): Text => ({ where: 'text', text, kind: 'value' }));
  return observations({ subject: 'instructions' }, readAll(texts, read));
};

/** The texts of all definitions of one thing, each once. */
const textsOf = (definitions: LockedDefinitions): Text[] =>
  definitions.length === 1
    ? definitions.flatMap(({ definition }) => textsOfDefinition(definition))
    : [
        ...new Map(
          definitions
            .flatMap(({ definition }) => textsOfDefinition(definition))
            .map((text) => [`${text.kind} ${text.text}`, text]),
        ).values(),
      ];

const readAll = (texts: readonly Text[], read: Read): Placed[] =>
  texts.flatMap((text) => read(text).map((found) => ({ ...found, where: text.where })));

/** What all its texts say, and what the names of its parameters ask for. */
function textsFound({ name, definitions }: LockedOffer, read: Read): Placed[] {
  const texts = textsOf(definitions);
  return [...readAll(texts, read), ...parametersIn(texts, aboutOf(name, definitions))];
}

const parametersIn = (texts: readonly Text[], about: string): Placed[] =>
  texts
    .filter(({ kind }) => kind === 'parameter')
    .flatMap(({ text, where }) => parameterFound(text, about).map((found) => ({ ...found, where })));

/** What it says of itself, without its schemas. */
const aboutOf = (name: string, definitions: LockedDefinitions): string =>
  [name, ...definitions.map(({ definition }) => definition['description'])]
    .filter((said) => typeof said === 'string')
    .join('\n');

/** Checks a text with every rule. Definitions often repeat a text, so the result for each text is kept. */
function textReader(finders: readonly ((reading: Reading) => Found[])[]): Read {
  const known = new Map<string, readonly Found[]>();
  return ({ text, kind }) => {
    const key = `${kind} ${text}`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const reading = readingOf(text);
    const found: Found[] = [
      ...hiddenFound(text),
      ...wordingFound(reading),
      ...pseudoTagsIn(reading),
      ...secretPathsIn(reading),
      ...shellCommandsIn(reading),
      ...contactsIn(reading),
      ...encodedIn(reading, breaksRules),
      ...markupIn(reading),
      ...mixedScriptsIn(text),
      ...spaceFound(text),
      ...finders.flatMap((find) => find(reading)),
    ];
    known.set(key, found);
    return found;
  };
}

const hiddenFound = (text: string): Found[] =>
  hiddenIn(text).map(({ kind, blocks, count, first }) => ({
    rule: kind,
    level: blocks ? 'block' : 'review',
    what: count === 1 ? `has ${first}` : `has ${count} of them; the first is ${first}`,
  }));

const wordingFound = (reading: Reading): Found[] =>
  wordingOf(reading).map(({ meaning, words }) => ({ ...meaning, what: `says ${quoted(words)}` }));

function spaceFound(text: string): Found[] {
  const found: Found[] = [];
  if (text.length > maxDescriptionLength)
    found.push({
      rule: 'text-oversize',
      level: 'review',
      what: `is ${text.length} characters long; up to ${maxDescriptionLength} are readable`,
    });
  if (/\n(?:[^\S\n]{0,20}\n){29}|[^\S\n]{120}/u.test(text))
    found.push({ rule: 'text-padding', level: 'review', what: 'has a page of blank space in it' });
  return found;
}

/** Whether a decoded text breaks a rule that blocks. */
function breaksRules(text: string): boolean {
  const reading = readingOf(text);
  return [
    ...wordingFound(reading),
    ...pseudoTagsIn(reading),
    ...secretPathsIn(reading),
    ...shellCommandsIn(reading),
  ].some(({ level }) => level === 'block');
}
