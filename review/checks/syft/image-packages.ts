/** The observations about what an image holds besides packages of npm and Python: an operating system, compiled programs. */
import { repositoryOf } from '../../../artefacts/oci/address.ts';
import { readImageFiles } from '../../../artefacts/oci/image-files.ts';
import { openLayers } from '../../../artefacts/oci/open-layers.ts';
import { platformName } from '../../../artefacts/oci/platforms.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import { byHand, observationsOf, unread, type Advisories, type Platform } from './image-observations.ts';
import type { ListPackages } from './syft.ts';

export interface ImageTools {
  readonly resolver: Pick<Resolver, 'images' | 'blobs'>;
  readonly advisories: Advisories;
  /** Absent where syft is not installed. */
  readonly syft?: ListPackages | undefined;
}

/** Without syft, nobody has read them, and a person hears it. Nothing for another kind of artefact. */
export async function imagePackages(
  { artefact, closure }: Pick<Lock, 'artefact' | 'closure'>,
  { resolver, advisories, syft }: ImageTools,
): Promise<Observation[]> {
  if (closure.kind !== 'oci' || artefact === undefined) return [];
  const { url } = artefact;
  if (syft === undefined) return [withoutSyft(url)];
  const { host, path } = repositoryOf(url);
  const repository = resolver.images(host, path);
  const platforms: Platform[] = [];
  for (const image of closure.images) {
    const platform = platformName(image);
    const listed = await syft(readImageFiles(await openLayers(repository, image, resolver.blobs), () => true));
    if (listed.kind === 'not-listed') return [unread(url, `the image for ${platform} was not read: ${listed.why}`)];
    platforms.push({ ...listed, platform });
  }
  return observationsOf(url, platforms, advisories);
}

const withoutSyft = (url: string): Observation =>
  unread(
    url,
    'nothing here reads which packages of an operating system this image holds, and what is compiled into its programs: no advisory about them is looked up',
    `install syft (https://github.com/anchore/syft#installation) on the machine that reviews, and run the review again; or ${byHand}`,
  );
