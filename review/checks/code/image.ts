/** The observations about the files of an image. */
import { repositoryOf } from '../../../artefacts/oci/address.ts';
import { readImageFiles } from '../../../artefacts/oci/image-files.ts';
import { openLayers } from '../../../artefacts/oci/open-layers.ts';
import { platformName } from '../../../artefacts/oci/platforms.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import type { Lock } from '../../../schemas/types.ts';
import { cut, type Observation } from '../../verdict/finding.ts';
import { placesOf, reasons } from './observations.ts';
import type { CodeFinding } from './report.ts';
import { ruleById } from './rules.ts';
import type { CodeScanner } from './scanner.ts';

/**
 * Every file that a container sees, on every platform: a host starts the image for its processor, and platforms often share no
 * layer. Nothing for another kind of artefact.
 */
export async function imageObservations(
  { artefact, closure }: Pick<Lock, 'artefact' | 'closure'>,
  { images, blobs }: Pick<Resolver, 'images' | 'blobs'>,
  code: Pick<CodeScanner, 'scanImage'>,
): Promise<Observation[]> {
  if (closure.kind !== 'oci' || artefact === undefined) return [];
  const { host, path } = repositoryOf(artefact.url);
  const repository = images(host, path);
  const found: (CodeFinding & { readonly platform: string })[] = [];
  for (const image of closure.images) {
    const platform = platformName(image);
    const result = await code.scanImage(image.manifest.digest, async function* () {
      yield* readImageFiles(await openLayers(repository, image, blobs), () => true);
    });
    if (result.kind === 'not-scanned') return [notSearched(artefact.url, platform, reasons[result.why])];
    found.push(...result.findings.map((finding) => ({ ...finding, platform })));
  }
  return [...Map.groupBy(found, ({ rule }) => rule)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, findings]) => observation(artefact.url, id, findings) ?? []);
}

function observation(
  url: string,
  id: string,
  findings: readonly (CodeFinding & { readonly platform: string })[],
): Observation | undefined {
  const rule = ruleById.get(id);
  if (rule === undefined) return undefined;
  const platforms = [...new Set(findings.map(({ platform }) => platform))].join(', ');
  return {
    rule: id,
    level: rule.level,
    subject: url,
    message: cut(`the image for ${platforms} ${rule.about}: ${placesOf(findings)}`, 4_000),
    remedy:
      rule.level === 'block'
        ? 'do not use this image; if it is a false alarm, show in the exception what these files do'
        : 'read what these files do there, and say in the review why it is harmless; a container of the image shows them',
  };
}

const notSearched = (url: string, platform: string, why: string): Observation => ({
  rule: 'code-not-scanned',
  level: 'block',
  subject: url,
  message: `the files of the image for ${platform} were not searched: ${why}`,
  remedy: 'use an image without it, or have a person read it and add an exception',
});
