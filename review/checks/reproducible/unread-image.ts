import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';

/** Every layer is proved by its digest, and the rules over code, licences and advisories see nothing of its files. */
export const unreadImage = ({ artefact, closure }: Pick<Lock, 'artefact' | 'closure'>): Observation[] =>
  closure.kind === 'oci' && artefact !== undefined
    ? [
        {
          rule: 'image-unread',
          level: 'review',
          subject: artefact.url,
          message: 'no rule has read the files in the layers of this image: only whoever built it says what they hold',
          remedy: 'find out who built it and from what, and ask for the report of an image scanner',
        },
      ]
    : [];
