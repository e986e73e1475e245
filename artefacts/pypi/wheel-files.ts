/** The files that a wheel unpacks to. */
import type { PackageFile } from '../archives/tarball.ts';
import { readZip } from '../archives/zip.ts';

/**
 * All of them but Python's own cache of modules that lie there as source: some wheels have such files by accident, numpy's
 * among them. Nobody can review them, and Python would run them in place of the source, so they reach no disk and no digest
 * of a tree. Python compiles the source again.
 * @param what the wheel's name, for messages
 * @throws Refusal E_ARCHIVE, E_TOO_LARGE
 */
export async function wheelFiles(bytes: Uint8Array, what: string): Promise<PackageFile[]> {
  const files = await readZip(bytes, what);
  const paths = new Set(files.map(({ path }) => path));
  return files.filter(({ path }) => !isCached(path, paths));
}

/** Whether it is what Python compiled of a source that is among these paths (PEP 3147, PEP 488). */
export function isCached(path: string, among: { has: (path: string) => boolean }): boolean {
  const { folder, name } = cached.exec(path)?.groups ?? {};
  return name !== undefined && among.has(`${folder ?? ''}${name}.py`);
}

const cached = /^(?<folder>(?:[^/]+\/)*)__pycache__\/(?<name>[^/.]+)\.[a-z]+-\d+(?:\.opt-[12])?\.pyc$/u;
