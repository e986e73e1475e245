import { parseArtefactUrl } from '../../core/artefact.ts';
import { Refusal } from '../../core/refusal.ts';

export const isImageAddress = (url: string): boolean => parseArtefactUrl(url)?.kind === 'oci';

/** The repository in the address of an image. @throws Refusal E_LOCK where the address is of something else */
export function repositoryOf(url: string): { readonly host: string; readonly path: string } {
  const reference = parseArtefactUrl(url);
  if (reference?.kind === 'oci') return { host: reference.host, path: reference.path };
  throw new Refusal(
    'E_LOCK',
    `${url} is not the address of an image`,
    'tell the operator of the registry: the lock is broken',
  );
}
