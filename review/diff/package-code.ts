/** Compares the files of two versions of a package: how much changed, and which hosts its code names now. */
import { isUtf8 } from 'node:buffer';
import type { PackageFile } from '../../artefacts/archives/tarball.ts';

/** What an update adds to the code of one package. */
export interface PackageCode {
  readonly name: string;
  /** Absent for a package that is new. */
  readonly was?: string;
  readonly now: string;
  readonly files: { readonly added: number; readonly changed: number; readonly removed: number };
  /** Of text files. A line that only moved is not counted. */
  readonly lines: { readonly added: number; readonly removed: number };
  /** Hosts and addresses that the code names now and did not name before, in order. */
  readonly hosts: readonly string[];
  /** Mail addresses that the code names now and did not name before, in order. */
  readonly mails: readonly string[];
  /** Paths of added and changed files that run, in order. */
  readonly programs: readonly string[];
}

type Numbers = Omit<PackageCode, 'name' | 'was' | 'now'>;

export function comparePackages(was: readonly PackageFile[], now: readonly PackageFile[]): Numbers {
  const [before, after] = [byPath(was), byPath(now)];
  const changed = now.filter(({ path, sha256 }) => before.has(path) && before.get(path)?.sha256 !== sha256);
  const added = now.filter(({ path }) => !before.has(path));
  const removed = was.filter(({ path }) => !after.has(path));
  const lines = { added: 0, removed: 0 };
  for (const file of [...changed, ...added]) lines.added += linesBeyond(file, before.get(file.path));
  for (const file of [...changed.flatMap(({ path }) => before.get(path) ?? []), ...removed])
    lines.removed += linesBeyond(file, after.get(file.path));
  return {
    files: { added: added.length, changed: changed.length, removed: removed.length },
    lines,
    hosts: [...hostsIn(now).difference(hostsIn(was))].sort(),
    mails: [...mailsIn(now).difference(mailsIn(was))].sort(),
    programs: [...added, ...changed]
      .filter(isCode)
      .map(({ path }) => path)
      .sort(),
  };
}

const byPath = (files: readonly PackageFile[]): ReadonlyMap<string, PackageFile> =>
  new Map(files.map((file) => [file.path, file]));

/** How many lines of a text the other one does not have, each as often as it occurs. */
function linesBeyond(file: PackageFile, other: PackageFile | undefined): number {
  if (!isText(file)) return 0;
  const left = new Map<string, number>();
  if (other !== undefined && isText(other))
    for (const line of linesOf(other)) left.set(line, (left.get(line) ?? 0) + 1);
  let beyond = 0;
  for (const line of linesOf(file)) {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    else beyond++;
  }
  return beyond;
}

const textOf = ({ content }: PackageFile): string => Buffer.from(content).toString('utf8');
const linesOf = (file: PackageFile): string[] => textOf(file).replace(/\n$/u, '').split('\n');
const isText = ({ content }: PackageFile): boolean => isUtf8(content) && !content.includes(0);

/** Whether Node or a shell may run it: not a declaration, a source map, a text for people. */
const isCode = ({ path }: PackageFile): boolean =>
  /\.(?:[cm]?[jt]sx?|node|sh|ps1|py|wasm)$/iu.test(path) && !/\.d\.[cm]?ts$/iu.test(path);

/** The hosts at the beginning of a text in quotes; an address in a comment is no reason to look. */
const namedHost = /["'`](?:https?|wss?|ftp):\/\/(?:[^\s"'`/@]*@)?(?<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])/giu;
const namedAddress = /["'`](?<host>(?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?["'`/]/gu;

function hostsIn(files: readonly PackageFile[]): Set<string> {
  const hosts = new Set<string>();
  for (const file of files) {
    if (!isCode(file)) continue;
    const text = textOf(file);
    for (const pattern of [namedHost, namedAddress])
      for (const { groups } of text.matchAll(pattern)) {
        const host = groups?.host?.toLowerCase().replace(/\.$/u, '') ?? '';
        if (/[.[]/u.test(host) && !isNobody(host)) hosts.add(host);
      }
  }
  return hosts;
}

/** A whole text in quotes: `name@1.0.0` and parts of longer texts are something else. */
const namedMail =
  /["'`](?:mailto:)?(?<mail>[a-z0-9][\w.%+-]{0,63}@(?<host>(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24}))["'`]/giu;

function mailsIn(files: readonly PackageFile[]): Set<string> {
  const mails = new Set<string>();
  for (const file of files)
    if (isCode(file))
      for (const { groups } of textOf(file).matchAll(namedMail))
        if (!isNobody(groups?.host?.toLowerCase() ?? '')) mails.add((groups?.mail ?? '').toLowerCase());
  return mails;
}

/** This machine, names for examples, and names of formats that nobody connects to. */
const isNobody = (host: string): boolean =>
  /^(?:127\.|0\.0\.0\.0$|\[::1?\]$)|(?:^|\.)example(?:\.(?:com|org|net))?$|^(?:www\.w3\.org|json-schema\.org)$/u.test(
    host,
  );
