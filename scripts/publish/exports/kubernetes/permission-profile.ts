/** What a server may reach, as ToolHive's permission profiles say it. */
import { hostOfEgress } from '../../../../core/hosts.ts';
import type { Permissions } from '../../../../schemas/types.ts';

export interface PermissionProfile {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly network: {
    readonly outbound: {
      readonly insecure_allow_all: boolean;
      readonly allow_host?: readonly string[];
      readonly allow_port?: readonly number[];
    };
  };
}

/**
 * Hosts and ports are two lists there: each host is allowed with each port of any of them. What it cannot say narrower,
 * it says wider: `*` for a host, and `*` for a port where there are hosts.
 */
export function permissionProfile({ network = [] }: Pick<Permissions, 'network'> = {}): PermissionProfile {
  const hosts = unique(network.map(hostOfEgress));
  const ports = unique(network.map((egress) => egress.slice(egress.lastIndexOf(':') + 1)));
  const outbound = hosts.includes('*')
    ? { insecure_allow_all: true }
    : {
        insecure_allow_all: false,
        // A dot at the beginning stands for every host below a domain.
        allow_host: hosts.map((host) => host.replace(/^\*(?=\.)/, '')),
        ...(!ports.includes('*') && { allow_port: ports.map(Number).sort((a, b) => a - b) }),
      };
  return { read: [], write: [], network: { outbound } };
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
