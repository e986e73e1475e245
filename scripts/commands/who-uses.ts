import type { Command } from 'commander';
import { compareLoose, validRange } from 'semver';
import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';
import { print } from '../../host/output.ts';
import { readLocks } from '../../catalog/locks.ts';
import { usesOf, versionsIn, type Use } from '../../catalog/uses.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { wrapped } from '../../review/show/wrapped.ts';

/** `registry who-uses`: which servers load a package, and what pulls it in. */
export function whoUses(program: Command): void {
  withJson(program.command('who-uses <package>'))
    .description('say which servers load a package, as lodash or lodash@<4.17.21, and what pulls it in')
    .action(async (wanted: string, { json }: CommonOptions) => {
      const { name, range } = readWanted(wanted);
      const { locks, problems } = await readLocks(here());
      const uses = usesOf(locks, name, range);
      const users = new Set(uses.map(({ server }) => server)).size;
      const lines =
        uses.length === 0
          ? [whyNone(wanted, name, versionsIn(locks.values()))]
          : [`${wanted} is used by ${users} of ${locks.size} servers`, ...uses.flatMap(useLines)];
      // What could be searched is worth knowing, also where the rest could not.
      if (!json) print(false, undefined, lines);
      conclude(json, problems, { package: name, range, searched: locks.size, uses }, []);
    });
}

/** @throws UsageError for what is neither a name nor a name with a range */
function readWanted(wanted: string): { readonly name: string; readonly range: string } {
  const at = wanted.indexOf('@', 1);
  const name = at === -1 ? wanted : wanted.slice(0, at);
  const range = at === -1 ? '*' : wanted.slice(at + 1);
  if (name === '' || name === '@')
    throw new UsageError(`${wanted} names no package`, 'write it as lodash or as @scope/name');
  if (validRange(range) === null || range.trim() === '')
    throw new UsageError(
      `${range === '' ? 'nothing' : range} is no range of versions`,
      'write it as npm does: 1.2.3, ^1.2.0, "<1.3.0" or ">=1.0.0 <2.0.0"',
    );
  return { name, range };
}

const useLines = ({ server, version, way }: Use): string[] => [
  '',
  `${server}: ${version}`,
  ...wrapped(way, ' > ', '  '),
];

function whyNone(wanted: string, name: string, known: ReadonlyMap<string, ReadonlySet<string>>): string {
  const versions = [...(known.get(name) ?? [])].sort(compareLoose);
  if (versions.length === 0) return `no server uses ${name}${didYouMean(name, known.keys())}`;
  const more = versions.length > shown ? [`${versions.length - shown} more`] : [];
  return `no server uses ${wanted}, but ${[...versions.slice(0, shown), ...more].join(', ')}`;
}

/** Versions in a message. */
const shown = 5;
