/** What an update adds in code, package by package, and how the page shows it. */
import { coversHost, hostOfEgress } from '../../core/hosts.ts';
import { partsOf } from '../../artefacts/kinds.ts';
import { isPackage, labelOf, type Part } from '../../artefacts/part.ts';
import type { PackageFile } from '../../artefacts/archives/tarball.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { code, folded } from '../show/markdown.ts';
import { count } from '../show/table.ts';
import { few } from './few.ts';
import { comparePackages, type PackageCode } from './package-code.ts';

/** Packages of one server whose files are read. */
const maxCompared = 40;
const maxNamed = 12;

export interface CodeDiff {
  /** The most interesting first. */
  readonly packages: readonly PackageCode[];
  /** Packages that were not compared: too many, or not on this machine. */
  readonly left: readonly string[];
}

/** `read` gives the files of a tarball that was fetched already; nothing is fetched for this. */
export async function codeDiff(
  was: Lock | undefined,
  now: Lock,
  read: (part: Part) => Promise<readonly PackageFile[] | undefined>,
): Promise<CodeDiff> {
  const before = was === undefined ? [] : partsOf(was);
  const known = new Set(before.map(({ integrity }) => integrity));
  const added = [
    ...new Map(
      partsOf(now)
        .filter(({ integrity }) => !known.has(integrity))
        .map((locked) => [locked.integrity, locked]),
    ).values(),
  ];
  const packages: PackageCode[] = [];
  const left: string[] = [];
  for (const locked of added) {
    const earlier = before.find((each) => isSame(each, locked));
    const files = packages.length < maxCompared ? await read(locked) : undefined;
    const old = files === undefined || earlier === undefined ? [] : await read(earlier);
    if (files === undefined || old === undefined) left.push(labelOf(locked));
    else
      packages.push({
        name: locked.name,
        ...(earlier !== undefined && { was: earlier.version }),
        now: locked.version,
        ...comparePackages(old, files),
      });
  }
  return { packages: packages.toSorted((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1)), left };
}

/** A tree often has its version in its address, and there is only one. */
const isSame = (a: Part, b: Part): boolean =>
  isPackage(a) || isPackage(b) ? a.name === b.name : a.folder === b.folder;

const weight = ({ hosts, mails, programs, lines }: PackageCode): number =>
  (hosts.length + mails.length) * 1e9 + programs.length * 1e5 + Math.min(lines.added, 1e5 - 1);

/**
 * Hosts in code that the manifest does not allow, and mail addresses, stand open; the rest is folded. The empty string where
 * no code is new.
 */
export function codeMarkdown({ packages, left }: CodeDiff, { permissions }: Pick<Manifest, 'permissions'>): string {
  if (packages.length + left.length === 0) return '';
  const allowed = (permissions?.network ?? []).map(hostOfEgress);
  const beyond = [...new Set(packages.flatMap(({ hosts }) => hosts))]
    .filter((host) => !allowed.some((wide) => coversHost(wide, host)))
    .sort();
  const mails = [...new Set(packages.flatMap((each) => each.mails))].sort();
  const sum = (of: (each: PackageCode) => number): number => packages.reduce((total, each) => total + of(each), 0);
  const files = sum(({ files: { added, changed, removed } }) => added + changed + removed);
  return [
    ...(beyond.length === 0
      ? []
      : [
          `**hosts in new code**: ${count(beyond.length, 'host')} that \`permissions.network\` does not allow: ${listed(beyond)}`,
        ]),
    ...(mails.length === 0 ? [] : [`**mail addresses in new code**: ${listed(mails)}`]),
    folded(
      `new code: ${count(packages.length, 'package')}, ${count(files, 'file')}, ${count(
        sum(({ lines }) => lines.added),
        'line',
      )} more and ${sum(({ lines }) => lines.removed)} less`,
      [
        ...packages.map(packageRow),
        ...(left.length === 0 ? [] : [`- \`~\` ${count(left.length, 'package')} not compared here: ${listed(left)}`]),
      ].join('\n'),
    ),
  ].join('\n\n');
}

const listed = (words: readonly string[]): string => {
  const more = words.length - maxNamed;
  return `${words
    .slice(0, maxNamed)
    .map((word) => code(word, 120))
    .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

function packageRow({ name, was, now, files, lines, hosts, mails, programs }: PackageCode): string {
  const numbers = [
    `${files.added} files added, ${files.changed} changed, ${files.removed} removed`,
    `${count(lines.added, 'line')} more, ${lines.removed} less`,
  ];
  return [
    `- \`${was === undefined ? '+' : '~'}\` ${code(name)} ${was === undefined ? '' : `${code(was)} → `}${code(now)}: ${numbers.join('; ')}`,
    ...(hosts.length + mails.length === 0 ? [] : [`; names ${listed([...hosts, ...mails])}`]),
    ...(programs.length === 0 ? [] : [`; programs ${code(few(programs, 5) ?? '', 400)}`]),
  ].join('');
}
