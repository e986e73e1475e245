import { explain } from '@renovatebot/pep440';
import type { FileFacts, PackageDocument, VersionFacts } from '../package-document.ts';
import type { Project, ProjectFile } from './project-page.ts';

/** What the page of a project says, by versions in normal form. A version is as old as its first wheel. */
export function documentOf({ files }: Project): PackageDocument {
  const wheels = files.filter(({ kind }) => kind === 'wheel');
  const versions = Map.groupBy(wheels, ({ version }) => explain(version)?.public ?? version);
  return {
    versions: record([...versions].map(([version, own]) => [version, factsOf(own)])),
    time: record(
      [...versions].map(([version, own]) => [version, own.flatMap(({ uploadedAt }) => uploadedAt ?? []).sort()[0]]),
    ),
    files: record(wheels.map((each): [string, FileFacts] => [each.file, fileFacts(each)])),
  };
}

/** A build counts as attested where every wheel of it is. */
const factsOf = (wheels: readonly ProjectFile[]): VersionFacts =>
  wheels.every(({ provenance }) => provenance !== undefined) ? { isAttested: true } : {};

const fileFacts = ({ sha256, uploadedAt, yanked }: ProjectFile): FileFacts => ({
  ...(sha256 !== undefined && { sha256 }),
  ...(uploadedAt !== undefined && { uploadedAt }),
  ...(yanked !== undefined && { yanked }),
});

const record = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));
