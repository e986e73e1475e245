/** Git's commits: which tree, after which commits, by whom and when, and why. */
import { maxCommitBytes, maxCommitParents } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

/** Who did something, and when, as the commit says: nobody checked it. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly at: Date;
  /** The time zone in which it was: `+0130`. */
  readonly zone: string;
}

export interface Commit {
  readonly id: string;
  /** Of the top folder. */
  readonly tree: string;
  /** The first one is the state before, on the branch that the commit was made on. */
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** Of names and message, where the commit names one. They are decoded as UTF-8 all the same. */
  readonly encoding?: string;
  readonly message: string;
}

/** One header, with the lines that continue it. */
interface Header {
  readonly key: string;
  readonly value: string;
}

const headerLine = /^(?<key>[A-Za-z][\w:.-]*) (?<value>.*)$/u;
/** Up to the year 5138. */
const personLine = /^(?<name>[^<>]*) <(?<email>[^<>]*)> (?<seconds>0|[1-9]\d{0,10}) (?<zone>[+-]\d{4})$/u;

/** Headers that others read as well, so that there must be one of each. */
const single: ReadonlySet<string> = new Set(['tree', 'author', 'committer', 'encoding', 'gpgsig', 'gpgsig-sha256']);

/**
 * Reads a commit as git writes it, and nothing else: two readers of the same bytes must see the same parents and tree.
 * @throws Refusal E_FORMAT, E_TOO_LARGE
 */
export function parseCommit(bytes: Buffer, id: string): Commit {
  if (bytes.byteLength > maxCommitBytes)
    throw new Refusal(
      'E_TOO_LARGE',
      `the commit ${id} has ${bytes.byteLength} bytes, more than ${maxCommitBytes}`,
      'shorten its message',
    );
  // Git ends a message where a zero byte is: what people read would be less than what is hashed.
  if (bytes.includes(0)) throw broken(id, 'holds a zero byte');
  // One character is one byte until names and message are decoded.
  const text = bytes.toString('latin1');
  const end = text.indexOf('\n\n');
  if (end === -1) throw broken(id, 'has no message');
  const headers = headersOf(text.slice(0, end), id);
  const parents = headers.filter(({ key }) => key === 'parent').map(({ value }) => value);
  if (parents.length > maxCommitParents)
    throw broken(id, `has ${parents.length} parents, more than ${maxCommitParents}`);
  const expected = ['tree', ...parents.map(() => 'parent'), 'author', 'committer'];
  if (expected.some((key, index) => headers[index]?.key !== key)) throw broken(id, 'has its headers in another order');
  for (const key of single)
    if (headers.filter((header) => header.key === key).length > 1) throw broken(id, `has ${key} twice`);
  const valueOf = (key: string): string => headers.find((header) => header.key === key)?.value ?? '';
  for (const each of [valueOf('tree'), ...parents])
    if (each.length !== id.length || !/^[0-9a-f]+$/u.test(each)) throw broken(id, 'names a tree or a parent by no id');
  const encoding = headers.find(({ key }) => key === 'encoding')?.value;
  return {
    id,
    tree: valueOf('tree'),
    parents,
    author: personOf(valueOf('author'), id),
    committer: personOf(valueOf('committer'), id),
    ...(encoding !== undefined && { encoding }),
    message: decoded(text.slice(end + 2)),
  };
}

function headersOf(text: string, id: string): Header[] {
  const headers: { key: string; value: string }[] = [];
  for (const line of text.split('\n')) {
    const last = headers.at(-1);
    if (line.startsWith(' ') && last !== undefined) {
      last.value += `\n${line.slice(1)}`;
      continue;
    }
    const { key, value } = headerLine.exec(line)?.groups ?? {};
    if (key === undefined || value === undefined) throw broken(id, 'has a line that is no header');
    headers.push({ key, value });
  }
  return headers;
}

function personOf(value: string, id: string): Person {
  const { name, email, seconds, zone } = personLine.exec(value)?.groups ?? {};
  if (name === undefined || email === undefined || zone === undefined)
    throw broken(id, 'does not say by whom and when as `name <address> seconds zone`');
  return { name: decoded(name), email: decoded(email), at: new Date(Number(seconds) * 1000), zone };
}

const decoded = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

const broken = (id: string, why: string): Refusal =>
  new Refusal(
    'E_FORMAT',
    `the commit ${id} ${why}: git does not write it so`,
    'see `git fsck --strict`, and make the commit again with an ordinary git',
  );
