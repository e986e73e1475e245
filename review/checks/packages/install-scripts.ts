/** Checks what packages would run when they are installed. Hosts never run it. */
import { dependenciesOf } from '../../../artefacts/graphs.ts';
import { partsOf } from '../../../artefacts/kinds.ts';
import { labelOf, type Part } from '../../../artefacts/part.ts';
import { storedPart } from '../../../artefacts/sources.ts';
import { mapConcurrently } from '../../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../../core/limits.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import { fetchDocuments } from '../../../artefacts/documents.ts';
import type { Level, Lock, Policy } from '../../../schemas/types.ts';
import type { InstallScript } from '../code/report.ts';
import type { CodeScanner } from '../code/scanner.ts';
import type { Observation } from '../../verdict/finding.ts';
import { familyOf } from './families.ts';

/** The tools that show what a script does. */
export interface InstallScriptTools {
  readonly resolver: Resolver;
  readonly code: CodeScanner;
}

/** A package with an install script, and what is known about it. */
export interface ScriptedPackage {
  readonly locked: Part;
  /** Absent where the package could not be scanned. */
  readonly script?: InstallScript;
  /** The registry shows the version without its script, as only a manipulated upload does. */
  readonly isHidden: boolean;
  /** Something shows that the package works although the script never runs. */
  readonly worksWithout?: string;
}

/** @throws Failure if the registry does not answer: without an answer, the check has not passed */
export async function scriptedPackages(lock: Lock, { resolver, code }: InstallScriptTools): Promise<ScriptedPackage[]> {
  const scripted = new Map(
    partsOf(lock)
      .filter(({ hasInstallScript }) => hasInstallScript === true)
      .map((locked) => [labelOf(locked), locked]),
  );
  const inOrder = [...scripted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, locked]) => locked);
  const documents = await fetchDocuments(inOrder, resolver);
  return mapConcurrently(inOrder, maxConcurrentDownloads, async (locked): Promise<ScriptedPackage> => {
    const { result } = await code.scan(locked, () => storedPart(locked, resolver));
    const script = result.kind === 'scanned' ? result.install : undefined;
    const shown = documents.of(locked)?.versions[locked.version];
    const works = worksWithout(locked, script, lock);
    return {
      locked,
      ...(script !== undefined && { script }),
      isHidden: script?.isDeclared === true && shown !== undefined && shown.hasInstallScript !== true,
      ...(works !== undefined && { worksWithout: works }),
    };
  });
}

/** What such a script would fetch is in the lock already. */
export const lockedForEachSystem = 'packages for each system bring its native code';

function worksWithout(locked: Part, script: InstallScript | undefined, lock: Lock): string | undefined {
  if (script?.kind === 'quiet') return 'it neither starts a program nor uses a network';
  if (script?.isBuilt === true) return 'the package brings its native code';
  if (bringsPlatforms(locked, lock)) return lockedForEachSystem;
  if (locked.optional === true) return 'the package is optional';
  // Tools are captured without any install script.
  return lock.capture === 'none' ? undefined : 'the server offers its tools without it';
}

/** Whether the package has optional dependencies that are one program for different systems. */
function bringsPlatforms({ folder }: Part, lock: Lock): boolean {
  const needed = new Set(dependenciesOf(lock).get(folder));
  const platforms = partsOf(lock).filter((each) => familyOf(each) !== undefined);
  return platforms.filter((each) => each.optional === true && needed.has(each.folder)).length > 1;
}

export function checkInstallScripts(scripted: readonly ScriptedPackage[], { packages }: Policy): Observation[] {
  if (packages.install_scripts === 'allow') return [];
  const most: Level = packages.install_scripts === 'deny' ? 'block' : 'review';
  return scripted.map((each) => observation(each, most));
}

function observation({ locked, script, isHidden, worksWithout: works }: ScriptedPackage, most: Level): Observation {
  const subject = labelOf(locked);
  const commands = (script?.commands ?? []).map((command) => JSON.stringify(command)).join(', ');
  const runs = commands === '' ? '' : ` (${commands})`;
  const of = (level: Level, what: string, remedy: string): Observation => ({
    rule: 'install-script',
    level,
    subject,
    message: `${subject} ${what}${runs}; hosts never run it`,
    remedy,
  });
  if (isHidden)
    return of(
      most,
      'runs code when it is installed, and the registry does not show that',
      'do not use this version: what the registry says is not what the package contains',
    );
  if (script === undefined)
    return of(
      most,
      'runs code when it is installed, and was not scanned',
      'find out what the script does, and whether the server works without it',
    );
  if (script.kind === 'fetches' && works !== lockedForEachSystem)
    return of(
      most,
      'downloads or starts something when it is installed',
      'read what the script does; if it is harmless, say so in an exception',
    );
  if (works === undefined || script.kind === 'fetches')
    return of('review', 'runs code when it is installed', 'find out whether the server works without it');
  return of('note', `runs code when it is installed, and ${works}`, 'nothing, as long as the server works');
}
