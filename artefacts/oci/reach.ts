import type { Manifest } from '../../schemas/types.ts';

/** For people: what of the permissions the engine enforces, and what it does not. */
export function containerReach({ permissions }: Pick<Manifest, 'permissions'>): string[] {
  const { network = [], filesystem: { read = [], write = [] } = {} } = permissions ?? {};
  return [
    network.length === 0
      ? 'no network (enforced)'
      : `network: every host. Its manifest names ${network.join(', ')}, and that is not enforced yet`,
    ...read.map((path) => `reads ${path} (enforced)`),
    ...write.map((path) => `reads and changes ${path} (enforced)`),
    'no other file of this machine (enforced)',
  ];
}
