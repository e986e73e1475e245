/** Packages with a name that looks like the name of another package: a typing mistake would load them instead. */
import { skeletonOf, tellingWords } from '../../../catalog/names/confusable.ts';
import { nearPairs } from '../../../catalog/names/near-names.ts';
import type { Level } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import { wellKnownPackages } from '../../../catalog/names/well-known-packages.ts';

/** The new packages of a closure. */
interface AddedPackage {
  readonly name: string;
  readonly version: string;
}

/** What else is known about the new packages. */
export interface KnownNames {
  /** The names in all other locks and in the earlier version of the same lock, of one registry. */
  readonly names: ReadonlySet<string>;
  /** Names that many projects load, of the same registry. */
  readonly wellKnown?: ReadonlySet<string>;
  /** The package of the server itself, which its manifest names. */
  readonly root?: string;
  /** New packages that exist for years under their name, so that nobody made it up to be taken for another. */
  readonly established?: ReadonlySet<string>;
}

/**
 * Finds new packages whose name is similar to the name of a package in use. A look-alike name, one typing mistake in a
 * well-known name and a look-alike scope block. The other findings need a person. A name that is established counts less.
 */
export function checkLookAlikes(
  added: readonly AddedPackage[],
  { names: known, wellKnown = wellKnownPackages, root, established = new Set() }: KnownNames,
): Observation[] {
  const others = [...known.union(wellKnown)].toSorted();
  const versions = new Map(added.map(({ name, version }) => [name, version]));
  const fresh = [...versions.keys()].filter((name) => !known.has(name) && !wellKnown.has(name)).toSorted();
  const mostSevere = new Map<string, Likeness>();
  for (const likeness of [
    ...scopesAlike(fresh, others),
    ...namesAlike(fresh, others, wellKnown),
    ...namedLikeScoped(fresh, others),
  ])
    if (
      mostSevere.get(likeness.name)?.level !== 'block' &&
      (likeness.level === 'block' || !mostSevere.has(likeness.name))
    )
      mostSevere.set(likeness.name, likeness);
  return fresh
    .flatMap((name) => mostSevere.get(name) ?? [])
    .map((likeness) => {
      const { name, like, how } = likeness;
      const isEstablished = established.has(name);
      return {
        rule: 'dependency-typosquat',
        level: levelOf(likeness, isEstablished, name === root),
        subject: name,
        message: `${name}@${versions.get(name) ?? ''} can be taken for ${like}: ${how}${isEstablished ? '; it has had this name for years' : ''}`,
        remedy: `find out whether ${like} was meant; if ${name} is right, have the security team add an exception to policy.yaml`,
      };
    });
}

/** Letters that look alike are no accident, so a name with them is never only noted. */
function levelOf({ level, kind }: Likeness, isEstablished: boolean, isRoot: boolean): Level {
  if (kind === 'deceives') return isEstablished ? 'review' : level;
  // Servers are named after what they are for: `mongodb-mcp-server`.
  return isEstablished || (isRoot && kind === 'words') ? 'note' : level;
}

interface Likeness {
  readonly name: string;
  readonly level: 'block' | 'review';
  /** Whether it deceives the eye, is a typing mistake, or differs in hyphens and words that say nothing. */
  readonly kind: 'deceives' | 'mistake' | 'words';
  readonly like: string;
  readonly how: string;
}

const isScoped = (name: string): boolean => name.startsWith('@');
const scopeOf = (name: string): string => name.slice(0, name.indexOf('/'));

/** New scopes that look like a scope in use. All names in a scope belong to one owner. */
function scopesAlike(fresh: readonly string[], others: readonly string[]): Likeness[] {
  const taken = new Set(others.filter(isScoped).map(scopeOf));
  const byScope = Map.groupBy(
    fresh.filter((name) => isScoped(name) && !taken.has(scopeOf(name))),
    scopeOf,
  );
  return alike([...byScope.keys()], [...taken], new Set()).flatMap(({ name: scope, like }) =>
    (byScope.get(scope) ?? []).map((name): Likeness => ({
      name,
      level: 'block',
      kind: 'deceives',
      like: `a package of ${like}`,
      how: `the scope ${scope} is not ${like}`,
    })),
  );
}

const namesAlike = (fresh: readonly string[], others: readonly string[], wellKnown: ReadonlySet<string>): Likeness[] =>
  alike(
    fresh.filter((name) => !isScoped(name)),
    others.filter((name) => !isScoped(name)),
    wellKnown,
  );

/** `types-node` is not `@types/node`. */
function namedLikeScoped(fresh: readonly string[], others: readonly string[]): Likeness[] {
  const scoped = new Map(others.filter(isScoped).map((name) => [lettersOf(name), name]));
  return fresh.flatMap((name): Likeness[] => {
    const like = isScoped(name) ? undefined : scoped.get(lettersOf(name));
    return like === undefined
      ? []
      : [{ name, level: 'review', kind: 'words', like, how: 'it is the same without the scope' }];
  });
}

function alike(fresh: readonly string[], others: readonly string[], famous: ReadonlySet<string>): Likeness[] {
  const found: Likeness[] = [];
  const bySkeleton = new Map(others.map((name) => [skeletonOf(name), name]));
  for (const name of fresh) {
    const like = bySkeleton.get(skeletonOf(name));
    if (like === undefined) continue;
    const spelled = spelling(name) === spelling(like);
    found.push({
      name,
      level: spelled ? 'review' : 'block',
      kind: spelled ? 'words' : 'deceives',
      like,
      how: spelled ? 'they differ in hyphens, a plural or a common word' : 'they differ in letters that look alike',
    });
  }
  const names = [...fresh, ...others];
  for (const [a, b] of nearPairs(names, (index) => index < fresh.length)) {
    const [name = '', like = ''] = [names[a], names[b]];
    if (b >= fresh.length)
      found.push({
        name,
        level: famous.has(like) ? 'block' : 'review',
        kind: 'mistake',
        like,
        how: 'they differ by one typing mistake',
      });
  }
  return found;
}

const spelling = (name: string): string => tellingWords(name).join('').replace(/s$/u, '');
const lettersOf = (name: string): string => name.replaceAll(/[^a-z0-9]/gu, '');
