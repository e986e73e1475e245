/** Packages that have existed for years. An attacker makes a name that can be taken for another shortly before it is used. */
import type { Documents } from '../../../artefacts/documents.ts';
import type { PackageName } from '../../../artefacts/part.ts';

const establishedDays = 2 * 365;
/** Somebody may take over an old name. What they publish is found within this time. */
const settledDays = 30;

const msPerDay = 86_400_000;

/** The names of packages that were first published two years before a moment, in a version that is not new either. */
export const establishedNames = (
  packages: readonly PackageName[],
  documents: Documents,
  moment: Date,
): ReadonlySet<string> =>
  new Set(
    packages
      .filter((each) => {
        const { time = {} } = documents.of(each) ?? {};
        const ageOf = (date: string | undefined): number =>
          (moment.getTime() - new Date(date ?? Number.NaN).getTime()) / msPerDay;
        // Not every mirror says when the name was created.
        const ages = Object.values(time)
          .map(ageOf)
          .filter((age) => !Number.isNaN(age));
        return Math.max(...ages) >= establishedDays && ageOf(time[each.version]) >= settledDays;
      })
      .map(({ name }) => name),
  );
