import type { Command } from 'commander';
import { didYouMean } from '../../core/did-you-mean.ts';
import { isNamed, labelOf, registryNames, type PackageName } from '../../artefacts/part.ts';
import { compareVersions } from '../../artefacts/versions.ts';
import { UsageError } from '../../core/failure.ts';
import { compareText } from '../../core/order.ts';
import type { Problem } from '../../core/problem.ts';
import { print } from '../../host/output.ts';
import { readLocks } from '../../catalog/locks.ts';
import { readPackageQuery, type PackageQuery } from '../../catalog/package-query.ts';
import { notCompared, packagesIn, usesOf, type Use } from '../../catalog/uses.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { wrapped } from '../../review/show/wrapped.ts';

/** `registry who-uses`: which servers load a package, and what pulls it in. */
export function whoUses(program: Command): void {
  withJson(program.command('who-uses <package>'))
    .description('say which servers load a package, as lodash, lodash@<4.17.21 or httpx<0.28, and what pulls it in')
    .action(async (wanted: string, { json }: CommonOptions) => {
      const query = readWanted(wanted);
      const { locks, problems } = await readLocks(here());
      const uses = usesOf(locks, query);
      const unread = [...notCompared(locks, query)].map(([server, left]) => rangeNotRead(server, query.range, left));
      const users = new Set(uses.map(({ server }) => server)).size;
      const found = [`${wanted} is used by ${users} of ${locks.size} servers`, ...uses.flatMap(useLines)];
      // Where a range could not be read, nobody can say that there is none.
      const none = unread.length > 0 ? [] : [whyNone(wanted, query, packagesIn(locks.values()))];
      const lines = uses.length > 0 ? found : none;
      // What could be searched is worth knowing, also where the rest could not.
      if (!json) print(false, undefined, lines);
      const { name, range } = query;
      const answer = { package: name, range, searched: locks.size, uses };
      conclude(json, [...problems, ...unread], answer, []);
    });
}

/** @throws UsageError for what is neither a name nor a name with a range */
function readWanted(wanted: string): PackageQuery {
  const query = readPackageQuery(wanted);
  if (query !== undefined) return query;
  throw new UsageError(
    `${JSON.stringify(wanted)} is neither a package nor a package with a range of versions`,
    'write it as lodash or @scope/name; with a range as npm does, "lodash@<4.17.21", or as pip does, "httpx>=0.27,<0.28"',
  );
}

const useLines = ({ server, way }: Use): string[] => [
  '',
  `${server}: ${way.at(-1) ?? ''}`,
  ...wrapped(way, ' > ', '  '),
];

function whyNone(wanted: string, { name }: PackageQuery, known: readonly PackageName[]): string {
  const labels = namesakes(name, known).map(labelOf);
  if (labels.length === 0) {
    const names = new Set(known.map((each) => each.name));
    return `no server uses ${name}${didYouMean(name, names)}`;
  }
  const more = labels.length > shown ? [`${labels.length - shown} more`] : [];
  return `no server uses ${wanted}, but ${[...labels.slice(0, shown), ...more].join(', ')}`;
}

/** Whether they are in the range, nobody can say. */
const rangeNotRead = (server: string, range: string, left: readonly PackageName[]): Problem => ({
  code: 'range-not-read',
  file: `servers/${server}.lock.json`,
  message: `${left.map(labelOf).slice(0, shown).join(', ')} may be in ${range}, which ${registriesOf(left)} cannot read`,
  remedy: 'ask without a range, or with one that both npm and PyPI read, such as "<1.2.0"',
});

const registriesOf = (packages: readonly PackageName[]): string =>
  [...new Set(packages.map(({ type }) => registryNames[type]))].join(' and ');

/** The packages of a name, by registry and version. */
const namesakes = (name: string, known: readonly PackageName[]): PackageName[] =>
  known
    .filter((each) => isNamed(each, name))
    .sort((a, b) => compareText(a.type, b.type) || compareVersions(a.type, a.version, b.version));

/** Packages in a message. */
const shown = 5;
