/** Locks of Python packages, whose wheels nobody will look at. */
import { sha256 } from '../../core/digest.ts';
import type { LockOf } from '../../artefacts/kind.ts';
import type { PypiClosure } from '../../schemas/types.ts';
import { aLock, aPackage } from './statements.ts';

interface PythonPackage {
  readonly name: string;
  readonly version: string;
  /** What it asks for (PEP 508). */
  readonly dependencies?: string[];
}

/** Each with one wheel, which runs everywhere. The first is the artefact. */
export function aPythonLock(...packages: readonly [PythonPackage, ...PythonPackage[]]): LockOf<PypiClosure> {
  const [{ name, version }] = packages;
  const artefact = { ...aLock().artefact, url: `pypi:${name}==${version}`, sha256: wheelDigest(packages[0]) };
  return { ...aLock(), artefact, closure: { kind: 'pypi', requiresPython: '>=3.10', packages: packages.map(locked) } };
}

function locked(one: PythonPackage): PypiClosure['packages'][number] {
  const { name, version, dependencies } = one;
  const { integrity, tree } = aPackage(name, version);
  const wheel = { integrity, sha256: wheelDigest(one), tree, ...(dependencies !== undefined && { dependencies }) };
  return { name, version, wheels: { [`${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`]: wheel } };
}

const wheelDigest = ({ name, version }: PythonPackage): string => sha256(`${name}==${version}`);
