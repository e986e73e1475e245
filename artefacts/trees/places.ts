import { parseArtefactUrl } from '../../core/artefact.ts';
import { sha512OfIntegrity } from '../../core/digest.ts';
import { isInnerPath } from '../../core/inner-path.ts';
import type { Fault } from '../../core/problem.ts';
import type { LockedProgram } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import { lockFault } from '../lock-fault.ts';
import { checkPackages } from '../npm/places.ts';
import { packagesBeside, type TreeClosure } from './parts.ts';

/** Everything wrong with the places of a tree, of the packages beside it, and of what is started. */
export function checkTree(lock: LockOf<TreeClosure>): Fault[] {
  const { artefact, closure } = lock;
  const { integrity, tree, program, programs = {} } = closure.archive;
  const faults: Fault[] = [];
  if (parseArtefactUrl(artefact.url)?.kind !== closure.kind)
    faults.push(lockFault('lock-root', `it is of the kind ${closure.kind}, and its artefact is ${artefact.url}`));
  if (sha512OfIntegrity(integrity) !== artefact.sha512)
    faults.push(lockFault('lock-root', `the archive's integrity is not the artefact's sha512 ${artefact.sha512}`));
  if (closure.kind === 'git' && tree !== artefact.sha256)
    faults.push(lockFault('lock-root', `the tree is ${tree}, and the artefact's sha256 ${artefact.sha256}`));
  for (const each of [program, ...Object.values(programs)]) faults.push(...checkProgram(each));
  return [...faults, ...checkPackages(new Map(Object.entries(packagesBeside(lock))))];
}

function checkProgram({ entry, modules = [] }: LockedProgram): Fault[] {
  const outside = [entry, ...modules.filter((folder) => folder !== '')].filter((path) => !isInnerPath(path));
  return outside.map((path) => lockFault('lock-program', `${JSON.stringify(path)} is a path outside the tree`));
}
