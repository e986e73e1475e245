/** Makes an endpoint one side of a session. Nothing is asked of it before its client asks. */
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Manifest } from '../../schemas/types.ts';
import { setAuthorities } from '../certificates.ts';
import type { Served } from '../launch/serve.ts';
import { Approved } from '../proxy/approved.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';
import { EndpointChannel } from './channel.ts';

/** An endpoint that may be used now. Never print `request`: its headers may hold secrets. */
export interface ReadyElsewhere {
  readonly server: VerifiedServer;
  readonly request: EndpointRequest;
}

/** @throws Refusal E_UNSUPPORTED where it speaks over the older transport */
export function checkTransport({ name, remote }: Pick<Manifest, 'name' | 'remote'>): void {
  if (remote?.transport === 'sse')
    throw new Refusal(
      'E_UNSUPPORTED',
      `${name} speaks over HTTP with SSE, which MCP has given up, and which this program does not speak to endpoints`,
      'ask its maintainer here for its address over streamable HTTP',
    );
}

export async function openEndpoint({ server, request }: ReadyElsewhere): Promise<Served> {
  const { approval, lock } = server;
  await setAuthorities();
  const { npmOptions } = await import('../on-demand.ts');
  const approved = new Approved(approval.server, lock);
  const channel = new EndpointChannel({
    name: approval.server.name,
    request,
    options: await npmOptions(),
    inputSchemas: (tool) => approved.inputSchemas(tool),
  });
  return { channel, running: { ended: channel.ended, stop: () => channel.stop(), kill: () => channel.kill() } };
}
