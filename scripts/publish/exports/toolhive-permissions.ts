/** What a server may reach, as ToolHive's permission profile says it. */
import type { Manifest } from '../../../schemas/types.ts';

interface Outbound {
  readonly insecure_allow_all: boolean;
  readonly allow_host?: readonly string[];
  readonly allow_port?: readonly number[];
}

export function toolhivePermissions(permissions: Manifest['permissions']): object {
  const { network = [], filesystem } = permissions ?? {};
  return {
    network: { outbound: outbound(network) },
    ...(filesystem?.read !== undefined && { read: [...new Set(filesystem.read)] }),
    ...(filesystem?.write !== undefined && { write: [...new Set(filesystem.write)] }),
    privileged: false,
  };
}

/** Hosts and ports are two lists there: each host with each port. */
function outbound(network: readonly string[]): Outbound {
  const reached = network.map((egress) => {
    const colon = egress.lastIndexOf(':');
    return { host: egress.slice(0, colon), port: egress.slice(colon + 1) };
  });
  if (reached.some(({ host }) => host === '*')) return { insecure_allow_all: true, ...ports(reached) };
  return {
    insecure_allow_all: false,
    // A domain with all below it begins with a point.
    allow_host: [...new Set(reached.map(({ host }) => host.replace(/^\*\./u, '.')))],
    ...ports(reached),
  };
}

/** None where one of them may be any. */
function ports(reached: readonly { readonly port: string }[]): { readonly allow_port?: readonly number[] } {
  const named = [...new Set(reached.map(({ port }) => Number(port)))];
  return named.some((port) => !Number.isInteger(port)) ? {} : { allow_port: named.sort((a, b) => a - b) };
}
