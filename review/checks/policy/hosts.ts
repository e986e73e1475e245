/** Egress as manifests and policies write it, host:port with `*` for any, and whether two of them have something in common. */

interface Egress {
  readonly host: string;
  readonly port: string;
}

/** `*` as the host of an egress stands for every host. */
export const namesAnyHost = (egress: string): boolean => readEgress(egress).host === '*';

/** Whether some host and port is in both. */
export function egressOverlaps(a: string, b: string): boolean {
  const [one, other] = [readEgress(a), readEgress(b)];
  return hostsOverlap(one.host, other.host) && (one.port === '*' || other.port === '*' || one.port === other.port);
}

/** Whether some host is meant by both, each a host, `*.` and a domain, or `*`. */
export function hostsOverlap(a: string, b: string): boolean {
  const [one, other] = [plainHost(a), plainHost(b)];
  if (one === '*' || other === '*') return true;
  const [oneDomain, otherDomain] = [domainOf(one), domainOf(other)];
  if (oneDomain !== undefined && otherDomain !== undefined)
    return oneDomain.endsWith(otherDomain) || otherDomain.endsWith(oneDomain);
  if (oneDomain !== undefined) return other.endsWith(oneDomain);
  if (otherDomain !== undefined) return one.endsWith(otherDomain);
  return one === other;
}

/** `*.example.com` → `.example.com` */
const domainOf = (host: string): string | undefined => (host.startsWith('*.') ? host.slice(1) : undefined);

function readEgress(egress: string): Egress {
  const colon = egress.lastIndexOf(':');
  const port = egress.slice(colon + 1);
  return {
    host: plainHost(egress.slice(0, colon)),
    port: port === '*' ? port : String(Number(port)),
  };
}

/** As a URL has it: an address of numbers, in whatever way it is written, is one address. */
function plainHost(host: string): string {
  const named = host.toLowerCase().replace(/\.$/u, '');
  if (named.startsWith('*') || !URL.canParse(`http://${named}`)) return named;
  return new URL(`http://${named}`).hostname.replace(/\.$/u, '');
}
