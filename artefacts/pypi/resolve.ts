/** Resolves a Python package to its closure as of a date, for all platforms that a lock is made for. Nothing is run. */
import { Failure } from '../../core/failure.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import { toSecond } from '../../core/time.ts';
import type { PackageIndex } from './index-client.ts';
import { keptWheels, type KeptWheels, type LackingPlatform } from './kept-wheels.ts';
import type { ProjectFile } from './project-page.ts';
import { onlySource, readPylock } from './pylock.ts';
import { isPythonFor, supportedPythons, targets } from './targets.ts';
import { compilePylock } from './uv.ts';
import { isSameVersion } from './wheel-name.ts';

/**
 * Sorted by name and version. One name may have several versions, of which each platform needs one at most.
 */
export interface PypiResolution extends KeptWheels {
  /** The versions of Python that the closure is for, the oldest first: `3.10`. */
  readonly pythons: readonly string[];
}

/**
 * The oldest Python of the closure is the oldest that locks are made for, or the oldest that the package and all it
 * depends on take.
 * @throws Failure `no-such-package`, `unpinned`, `unresolvable`, as `compilePylock`, as the index
 */
export async function resolvePypi(
  name: string,
  version: string,
  asOf: Date,
  index: Pick<PackageIndex, 'address' | 'project'>,
): Promise<PypiResolution> {
  const spec = `${normalPypiName(name)}==${version}`;
  const root = await rootWheels(name, version, asOf, index);
  const pythons = supportedPythons.filter((python) => root.some((wheel) => isPythonFor(python, wheel.requiresPython)));
  let first: Failure | undefined;
  for (const python of pythons) {
    const answer = await compilePylock({ requirement: spec, asOf, python, indexAddress: index.address });
    if (answer.kind === 'resolved') {
      const taken = pythons.slice(pythons.indexOf(python));
      const among = targets.filter((target) => taken.includes(target.python));
      const kept = keptWheels(readPylock(answer.pylock), among);
      if (kept.platforms.length === 0) throw nowhere(spec, kept.without);
      return { ...kept, pythons: taken };
    }
    first ??= unresolvable(spec, asOf, answer.message);
    // Something that it depends on needs a later Python.
    if (!answer.message.includes('does not satisfy Python')) break;
  }
  throw first ?? noPythonFor(spec, root);
}

/** The wheels of the package itself. @throws Failure `no-such-package`, `unpinned` */
async function rootWheels(
  name: string,
  version: string,
  asOf: Date,
  index: Pick<PackageIndex, 'project'>,
): Promise<readonly ProjectFile[]> {
  const spec = `${normalPypiName(name)}==${version}`;
  const { files } = await index.project(name);
  const own = files.filter((file) => isSameVersion(file.version, version));
  if (own.length === 0)
    throw new Failure('no-such-package', `the package index has no ${spec}`, 'check the name and the version');
  const wheels = own.filter(({ kind }) => kind === 'wheel');
  if (wheels.length === 0) throw onlySource(spec);
  const early = wheels.filter(({ uploadedAt }) => uploadedAt !== undefined && new Date(uploadedAt) < asOf);
  if (early.length > 0) return early;
  const dates = wheels.flatMap(({ uploadedAt }) => (uploadedAt === undefined ? [] : [uploadedAt])).sort();
  throw dates[0] === undefined
    ? new Failure(
        'no-dates',
        `the package index gives no dates for ${spec}`,
        'use an index that gives them, as PyPI does in JSON (PEP 700): without dates nobody can repeat the result',
      )
    : notByThen(`${spec} was published ${dates[0].slice(0, 10)}`, asOf);
}

const notByThen = (what: string, asOf: Date): Failure =>
  new Failure(
    'no-such-package',
    `${what}, and not before ${toSecond(asOf)}`,
    "check the name and the version; if it is newer than that, wait for the policy's cooldown, or give a later --as-of",
  );

const noPythonFor = (spec: string, [wheel]: readonly ProjectFile[]): Failure =>
  new Failure(
    'unresolvable',
    `${spec} needs Python ${wheel?.requiresPython ?? ''}, and locks are made for ${supportedPythons[0]} to ${supportedPythons.at(-1)}`,
    'choose another version of it',
  );

/** By what uv says. What it says in other words is still shown. */
function unresolvable(spec: string, asOf: Date, message: string): Failure {
  const source = /Wheels are required for `(?<name>[^`]+)`/u.exec(message)?.groups?.name;
  if (source !== undefined) return onlySource(source);
  const address = /Package `(?<name>[^`]+)` was included as a URL dependency/u.exec(message)?.groups?.name;
  if (address !== undefined)
    return new Failure(
      'unpinned',
      `${spec} needs ${address} from an address outside the package index`,
      'only packages of the index can be pinned; ask its maintainer to publish it there',
    );
  const missing = /(?<name>\S+) was not found in the package registry/u.exec(message)?.groups?.name;
  if (missing !== undefined)
    return new Failure(
      'no-such-package',
      `${spec} needs ${missing}, which the package index does not have`,
      'ask the maintainer of the package, or the operator of the index',
    );
  if (message.includes('`exclude-newer`'))
    return notByThen(`${spec} needs what is not in the package index: ${message}`, asOf);
  const gone = /there is no version of (?<range>[^\s,]+)/u.exec(message)?.groups?.range;
  if (gone !== undefined)
    return new Failure(
      'no-such-package',
      `${spec} needs ${gone}, a version that the package index does not have`,
      'choose another version of the server; ask its maintainer if its newest needs that',
    );
  return new Failure(
    'unresolvable',
    `${spec} cannot be resolved: ${message}`,
    'the message says which packages do not fit together: choose another version of the server, or tell its maintainer',
  );
}

const nowhere = (spec: string, [first]: readonly LackingPlatform[]): Failure =>
  new Failure(
    'unpinned',
    `${spec} runs on no platform that locks are made for: ${first?.package ?? spec} has no wheel for ${first?.platform ?? 'any'}, and so on`,
    'choose a version whose packages have wheels, or ask their maintainers to publish some',
  );
