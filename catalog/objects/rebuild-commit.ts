/**
 * Commits from a forge that describes them and does not give their text: the text is put together again, and the id says
 * whether it is the right one. What a description leaves open (time zones, the end of the message, the place of the
 * signature) is tried out; nothing of it is believed.
 */
import { maxCommitBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { hashOf, objectId, type ObjectHash } from './object-id.ts';

/** Who did something, and when. The time zone is not known. */
export interface DescribedPerson {
  readonly name: string;
  readonly email: string;
  readonly at: Date;
}

/** A commit as a forge describes it. */
export interface DescribedCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: DescribedPerson;
  readonly committer: DescribedPerson;
  readonly message: string;
  /** Of a signed commit: the text that was signed, which is all but the signature, and the signature. */
  readonly signed?: { readonly payload: string; readonly signature: string };
}

/** The bytes of the commit. @throws Refusal E_OBJECT where no text that fits the description has this id; E_TOO_LARGE */
export function rebuildCommit(id: string, described: DescribedCommit): Buffer {
  const hash = hashOf(id);
  const { signed } = described;
  const parts = signed === undefined ? [described.message] : [signed.payload, signed.signature];
  const length = parts.reduce((sum, each) => sum + each.length, 0);
  if (length > maxCommitBytes)
    throw new Refusal('E_TOO_LARGE', `the commit ${id} has more than ${maxCommitBytes} bytes`, 'shorten its message');
  for (const text of signed === undefined ? unsignedTexts(described) : signedTexts(signed, hash)) {
    const bytes = Buffer.from(text, 'utf8');
    if (objectId('commit', bytes, hash) === id) return bytes;
  }
  throw new Refusal(
    'E_OBJECT',
    `what the forge says of the commit ${id} does not give its id again`,
    signed === undefined
      ? 'sign the commits of main, which has the forge give their exact text (merges that the forge makes are signed), or read them from a clone'
      : 'do not sign it: compare the commit with the one in a clone, and read it from there',
  );
}

/** Without a signature every time zone is possible. Most often author and committer were in one, so that comes first. */
function* unsignedTexts({ tree, parents, author, committer, message }: DescribedCommit): Generator<string> {
  const before = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)].join('\n');
  const text = (authorZone: string, committerZone: string, end: string): string =>
    `${before}\nauthor ${written(author)} ${authorZone}\ncommitter ${written(committer)} ${committerZone}\n\n${end}`;
  for (const zone of zones) for (const end of endings(message)) yield text(zone, zone, end);
  // There are thousands of pairs, and hashing a large message takes long.
  if (message.length > maxMessageWithPairs) return;
  for (const authorZone of zones)
    for (const committerZone of zones)
      if (authorZone !== committerZone) for (const end of endings(message)) yield text(authorZone, committerZone, end);
}

/** In characters. */
const maxMessageWithPairs = 16 * 1024;

/** Git puts the signature behind all other headers, some other programs behind the committer. */
function* signedTexts(
  { payload, signature }: { readonly payload: string; readonly signature: string },
  hash: ObjectHash,
): Generator<string> {
  const headersEnd = payload.indexOf('\n\n') + 1;
  if (headersEnd === 0) return;
  const committerAt = payload.indexOf('\ncommitter ') + 1;
  const places = [headersEnd, payload.indexOf('\n', committerAt) + 1].filter(
    (place) => place > 0 && place <= headersEnd,
  );
  const key = hash === 'sha1' ? 'gpgsig' : 'gpgsig-sha256';
  for (const lines of endings(signature)) {
    // As every header of several lines: those after the first begin with a space.
    const header = `${key} ${lines.replaceAll('\n', '\n ')}\n`;
    for (const place of new Set(places))
      for (const text of endings(payload)) yield `${text.slice(0, place)}${header}${text.slice(place)}`;
  }
}

/** A text as it is, and with other numbers of newlines at its end: forges leave some out. */
const endings = (text: string): ReadonlySet<string> => {
  const bare = text.replace(/\n+$/u, '');
  return new Set([text, `${bare}\n`, bare, `${bare}\n\n`]);
};

const written = ({ name, email, at }: DescribedPerson): string => `${name} <${email}> ${at.getTime() / 1000}`;

/** Every quarter of an hour that any place has used, those of most people first, and the one that says nothing. */
const zones: readonly string[] = [
  '+0000',
  ...Array.from({ length: 56 }, (_, index) => zoneOf((index + 1) * 15)),
  ...Array.from({ length: 48 }, (_, index) => zoneOf((index + 1) * -15)),
  '-0000',
];

function zoneOf(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${String(rest).padStart(2, '0')}`;
}
