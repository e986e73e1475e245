/** What a lock says about a tree of files, read from the files themselves. */
import type { LockedArchive, LockedProgram } from '../../schemas/types.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { describeBundle } from '../mcpb/manifest.ts';
import { variablesOf } from '../mcpb/variables.ts';
import { bundledInside } from '../packages-inside.ts';
import type { TreeType } from '../part.ts';
import { describeTree } from '../tarball/describe.ts';
import type { TreeProgram } from '../tree-program.ts';

/** The part of a lock's entry that the files decide. */
export type DescribedArchive = Omit<LockedArchive, 'integrity' | 'tree'>;

/**
 * `command` is the manifest's `launch.command`; a bundle names its own program. `what` is what messages call the tree.
 * @throws Failure `no-command`, `no-such-command`; Refusal E_ARCHIVE, E_UNSUPPORTED, E_SCHEMA_VERSION, E_TOO_LARGE
 */
export function describeArchive(
  type: TreeType,
  files: readonly PackageFile[],
  command: string | undefined,
  what: string,
): DescribedArchive {
  return type === 'mcpb' ? bundleIn(files, what) : treeIn(files, command, what);
}

function bundleIn(files: readonly PackageFile[], what: string): DescribedArchive {
  const bundle = describeBundle(files, what);
  const { license, platforms, program, overrides, runtimes } = bundle;
  const programs = Object.fromEntries(
    [...overrides]
      .map(([system, start]) => [system, programOf(start.program)] as const)
      .filter(([, other]) => JSON.stringify(other) !== JSON.stringify(programOf(program))),
  );
  const variables = variablesOf(bundle);
  return {
    ...(license !== undefined && { license }),
    program: programOf(program),
    ...(Object.keys(programs).length > 0 && { programs }),
    ...(variables.length > 0 && { variables }),
    ...(platforms !== undefined && { os: [...platforms] }),
    ...(Object.keys(runtimes).length > 0 && { runtimes }),
    ...bundledIn(files, bundle.name),
  };
}

/** A program of Python, or one that runs itself, asks for no packages of npm, and runs wherever it does. */
function treeIn(files: readonly PackageFile[], command: string | undefined, what: string): DescribedArchive {
  const { program, package: own, asksForPackages } = describeTree(files, command, what);
  const { license, hasInstallScript, os, cpu, libc } = own ?? {};
  const { dependencies, optionalDependencies, peerDependencies, optionalPeers } = own ?? {};
  return {
    ...(license !== undefined && { license }),
    ...(command !== undefined && { command }),
    program: programOf(program),
    ...(program.type === 'node' && {
      ...(os !== undefined && { os }),
      ...(cpu !== undefined && { cpu }),
      ...(libc !== undefined && { libc }),
    }),
    ...(hasInstallScript && { hasInstallScript }),
    ...(asksForPackages && {
      ...(dependencies !== undefined && { dependencies }),
      ...(optionalDependencies !== undefined && { optionalDependencies }),
      ...(peerDependencies !== undefined && { peerDependencies }),
      ...(optionalPeers !== undefined && { optionalPeers }),
    }),
    ...bundledIn(files, own?.name ?? ''),
  };
}

const programOf = ({ type, entry, modules }: TreeProgram): LockedProgram => ({
  type,
  entry,
  ...(modules.length > 0 && { modules: [...modules] }),
});

function bundledIn(files: readonly PackageFile[], name: string): Pick<DescribedArchive, 'bundled'> {
  const bundled = bundledInside(files, name);
  return bundled.length === 0 ? {} : { bundled };
}
