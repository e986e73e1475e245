/** An image, as its registry and its labels describe it. */
import { resolveImage } from '../../artefacts/oci/image.ts';
import { digestOfImages } from '../../artefacts/oci/platforms.ts';
import type { Sources } from '../../artefacts/sources.ts';
import type { ArtefactReference } from '../../core/artefact.ts';
import { namesSecret } from '../../resolve/hint-names.ts';
import type { VariableHint } from '../../resolve/hints.ts';
import { isSetting } from '../../resolve/package-hints.ts';
import { fitting, noHints, oneLine, type Found } from './found.ts';
import { suggestedNames, webAddress } from './package-names.ts';

/** The manifest pins the digest that the tag has now. @throws as `resolveImage` */
export async function ociArtefact(
  { host, path, tag }: Extract<ArtefactReference, { kind: 'oci' }>,
  open: Sources['images'],
): Promise<Found> {
  const images = await resolveImage(open(host, path), tag);
  const { labels = {}, environment = [] } = images.images[0] ?? {};
  const label = (name: string): string | undefined => labels[`org.opencontainers.image.${name}`];
  return {
    names: suggestedNames(path.split('/').at(-1) ?? path),
    ...fitting('version', tag.replace(/^v(?=\d)/u, '')),
    ...(!/^v?\d/u.test(tag) && fitting('version', label('version'))),
    ...fitting('description', oneLine(label('description'))),
    ...fitting('license', label('licenses')),
    ...fitting('repository', webAddress(label('source') ?? label('url'))),
    url: `oci://${host}/${path}:${tag}`,
    sha256: digestOfImages(images)?.replace('sha256:', '') ?? '',
    commands: [],
    hints: { ...noHints, variables: environment.flatMap(hintOf) },
  };
}

/** A variable that the image sets already: a user may set it to something else. */
function hintOf(variable: string): VariableHint[] {
  const [, name = '', value = ''] = /^(?<name>[^=]+)=(?<value>.*)$/su.exec(variable) ?? [];
  if (!isSetting(name) || ofBaseImages.test(name)) return [];
  const secret = namesSecret(name);
  return [{ name, secret, required: false, ...(!secret && value !== '' && { default: value }) }];
}

/** What the images of languages set, and no server reads. */
const ofBaseImages = /_(?:VERSION|SHA256|HOME)$|^(?:GPG_KEY|PIP_.*|PYTHON.*|NODE_.*|UV_.*|LC_.*|DEBIAN_FRONTEND)$/u;
