import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';

/** Its files are searched, and the packages of npm and Python in them are known. Of what else it is made, nobody has read. */
export const unreadImage = ({ artefact, closure }: Pick<Lock, 'artefact' | 'closure'>): Observation[] =>
  closure.kind === 'oci' && artefact !== undefined
    ? [
        {
          rule: 'image-unread',
          level: 'review',
          subject: artefact.url,
          message:
            'nothing here reads which packages of an operating system this image holds, and what is compiled into its programs: no advisory about them is looked up',
          remedy: 'find out from what it was built, and ask for the report of an image scanner',
        },
      ]
    : [];
