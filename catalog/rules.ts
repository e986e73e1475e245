/** Rules that hold between files: manifest against lock, and every server against all others. */
import { launchFaultsOf, programOf } from '../artefacts/kinds.ts';
import { isProblem } from '../artefacts/launch/program.ts';
import { disagreements } from '../artefacts/lock.ts';
import { versionFault } from '../core/manifest.ts';
import type { Fault, Problem } from '../core/problem.ts';
import { lockPath } from '../core/statement.ts';
import type { RegistryFiles, ServerFiles, SurveyedServer } from './registry-files.ts';

/** Every contradiction between the files of a registry. */
export const checkRegistryFiles = ({ servers }: RegistryFiles): Problem[] => [
  ...servers.flatMap(checkServer),
  ...checkTogether(servers),
];

type Described = Pick<SurveyedServer, 'manifest'>;

/** What two servers may not have in common. */
export const checkTogether = (servers: readonly Described[]): Problem[] => [
  ...twice(servers, 'duplicate-name', ['name'], ({ manifest }) => manifest.value.name),
  ...twice(servers, 'duplicate-artefact', ['artefact', 'url'], ({ manifest }) => manifest.value.artefact?.url),
  ...twice(servers, 'duplicate-artefact', ['artefact', 'sha256'], ({ manifest }) => manifest.value.artefact?.sha256),
];

/** Every contradiction between the files of one server. It needs no other server, so that several can be checked at once. */
export function checkServer(server: ServerFiles): Problem[] {
  const { name, lock, hasLockFile } = server;
  const { file, value: manifest, locate } = server.manifest;
  const at = (path: readonly (string | number)[], fault: Fault): Problem => ({ file, ...locate(path), ...fault });
  const version = versionFault(manifest);
  const own = version === undefined ? [] : [at(['version'], version)];
  if (lock === undefined && !hasLockFile)
    return [...own, { ...unlocked(server), ...locate([manifest.artefact === undefined ? 'remote' : 'artefact']) }];
  if (lock === undefined) return own;
  const problems = disagreements(lock.value, manifest).map(({ field, declared, locked }) =>
    at(field, {
      code: 'lock-mismatch',
      message: `${field.join('.')} is ${declared} here and ${locked} in the lock`,
      remedy: `run \`registry lock ${name}\` if the manifest is right`,
    }),
  );
  if (own.length + problems.length > 0) return [...own, ...problems];
  // Nothing is started of an endpoint.
  if (manifest.remote !== undefined) return [];
  const faults = launchFaultsOf(manifest, lock.value);
  if (faults.length > 0) return faults.map((fault) => at(['launch'], fault));
  // Whether there is a program does not depend on the system.
  const program = programOf(manifest, lock.value, 'linux');
  return isProblem(program) ? [at(['launch', 'command'], { code: 'no-command', ...program })] : [];
}

function twice(
  servers: readonly Described[],
  code: string,
  path: readonly string[],
  keyOf: (server: Described) => string | undefined,
): Problem[] {
  const byKey = Map.groupBy(
    servers.filter((server) => keyOf(server) !== undefined),
    keyOf,
  );
  return [...byKey.values()]
    .filter((group) => group.length > 1)
    .flatMap(([first, ...others]) =>
      others.map(({ manifest: { file, locate } }): Problem => ({
        code,
        file,
        ...locate(path),
        message: `${path.join('.')} is the same as in ${first?.manifest.file ?? ''}`,
        remedy: 'keep one of the two manifests',
      })),
    );
}

const unlocked = ({ name, manifest: { file } }: ServerFiles): Problem => ({
  code: 'unlocked',
  file,
  message: `there is no ${lockPath(name)}`,
  remedy: `run \`registry lock ${name}\` and merge the lock; until then this version is not approved`,
  severity: 'warning',
});
