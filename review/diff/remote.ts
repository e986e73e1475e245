/** Compares the endpoint of a server: its address, where people sign in to it, and what is sent to it. */
import type { Manifest, Remote, RemoteAuthorization } from '../../schemas/types.ts';
import { inputChanges } from './inputs.ts';
import type { PermissionChange } from './types.ts';

/** Only the tools of an endpoint are pinned, so another address is important. */
export const remoteChanges = (was: Manifest | undefined, now: Manifest): PermissionChange[] => [
  ...addressChanges(was, now),
  ...signInChanges(was, now),
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

/** People are sent there and type their passwords there, so another place, or another scope, is important. */
function signInChanges(was: Manifest | undefined, now: Manifest): PermissionChange[] {
  const [before, after] = [signInOf(was), signInOf(now)];
  if (before === after) return [];
  if (after === undefined) return [{ change: 'lost', area: 'sign-in', subject: before ?? '' }];
  return [
    {
      ...{ change: 'gained', area: 'sign-in', subject: after },
      ...(before !== undefined && { was: before }),
      ...(was !== undefined && { loud: true }),
    },
  ];
}

const signInOf = (manifest: Manifest | undefined): string | undefined =>
  manifest?.remote?.authorization && signInText(manifest.remote.authorization);

const signInText = ({ issuer, client_id: client, scopes }: RemoteAuthorization): string =>
  [
    issuer,
    ...(client === undefined ? [] : [`as ${client}`]),
    ...(scopes === undefined ? [] : [`for ${scopes.join(' ')}`]),
  ].join(' ');
