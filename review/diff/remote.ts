/** Compares the endpoint of a server: its address, and what is sent to it. */
import type { Manifest, Remote } from '../../schemas/types.ts';
import { inputChanges } from './inputs.ts';
import type { PermissionChange } from './types.ts';

/** Only the tools of an endpoint are pinned, so another address is important. */
export const remoteChanges = (was: Manifest | undefined, now: Manifest): PermissionChange[] => [
  ...addressChanges(was, now),
  ...inputChanges('header', was?.remote?.headers ?? [], now.remote?.headers ?? []),
  ...inputChanges('variable', was?.remote?.variables ?? [], now.remote?.variables ?? []),
];

function addressChanges(was: Manifest | undefined, now: Manifest): PermissionChange[] {
  const text = ({ url, transport }: Remote): string => `${url} (${transport})`;
  const [before, after] = [was?.remote && text(was.remote), now.remote && text(now.remote)];
  if (before === after) return [];
  if (after === undefined) return [{ change: 'lost', area: 'remote', subject: before ?? '' }];
  const replaces = was?.artefact !== undefined;
  return [
    {
      change: 'gained',
      area: 'remote',
      subject: after,
      ...(before !== undefined && { was: before }),
      ...(replaces && { was: was.artefact?.url ?? '' }),
      ...(was !== undefined && { loud: true }),
    },
  ];
}
