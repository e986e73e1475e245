/** Makes an endpoint one side of a session. Nothing is asked of it before its client asks. */
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import { setAuthorities } from '../certificates.ts';
import type { Served } from '../launch/serve.ts';
import type { Access } from '../oauth/access.ts';
import { Approved } from '../proxy/approved.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';
import { EndpointChannel } from './channel.ts';
import { SseChannel } from './sse-channel.ts';

/** An endpoint that may be used now. Never print `request`: its headers may hold secrets. */
export interface ReadyElsewhere {
  readonly server: VerifiedServer;
  readonly request: EndpointRequest;
  /** Absent where nobody signs in. */
  readonly access?: Access;
}

export async function openEndpoint({ server, request, access }: ReadyElsewhere): Promise<Served> {
  const { approval, lock } = server;
  await setAuthorities();
  const { npmOptions } = await import('../on-demand.ts');
  const approved = new Approved(approval.server, lock);
  const ForTransport = approval.server.remote?.transport === 'sse' ? SseChannel : EndpointChannel;
  const channel = new ForTransport({
    name: approval.server.name,
    request,
    ...(access !== undefined && { access }),
    options: await npmOptions(),
    inputSchemas: (tool) => approved.inputSchemas(tool),
  });
  return { channel, running: { ended: channel.ended, stop: () => channel.stop(), kill: () => channel.kill() } };
}
