import type { Manifest } from '../../schemas/types.ts';

/** For people: what a server may reach on this machine. `unenforced` says why nothing holds it to that, where nothing does. */
export function sandboxReach({ permissions }: Pick<Manifest, 'permissions'>, unenforced?: string): string[] {
  const { network = [], filesystem: { read = [], write = [] } = {} } = permissions ?? {};
  const how = unenforced === undefined ? 'enforced' : 'not enforced';
  return [
    ...(unenforced === undefined ? [] : [unenforced]),
    network.length === 0 ? `no network (${how})` : `network ${network.join(', ')} (${how})`,
    ...read.map((path) => `reads ${path} (${how})`),
    ...write.map((path) => `reads and changes ${path} (${how})`),
    `no other file of the user (${how})`,
  ];
}
