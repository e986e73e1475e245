/** An endpoint that wants OAuth, its authorization server, and what a host knows of both. Call it within a test. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { EndpointRequest } from '../../../artefacts/remote/request.ts';
import { exchange } from '../../../core/download.ts';
import type { NpmOptions } from '../../../core/npm-config.ts';
import { KeptSecrets } from '../../../host/credentials/kept.ts';
import type { Binding } from '../../../host/oauth/binding.ts';
import { boundedFetch, type Fetch } from '../../../host/oauth/fetch.ts';
import { SignIns } from '../../../host/oauth/sign-ins.ts';
import type { Certificate } from '../../support/certificate.ts';
import { startAuthorizationServer, type AuthorizationServerFake } from './authorization-server.ts';
import { guard, type Protection } from './protected.ts';

export interface Place {
  readonly server: AuthorizationServerFake;
  readonly protection: Protection;
  /** Every request to the endpoint. */
  readonly asked: IncomingMessage[];
  /** What the endpoint does for those who have a token, or in place of asking for one. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  guarded: boolean;
  readonly request: EndpointRequest;
  readonly binding: Binding;
  readonly options: NpmOptions;
  readonly fetch: Fetch;
  readonly askWithoutToken: (request: EndpointRequest) => Promise<string | null>;
}

export async function startPlace(certificate: Certificate): Promise<Place> {
  const server = await startAuthorizationServer(certificate, true);
  const endpoint = createServer(certificate, (request, response) => {
    place.asked.push(request);
    if (!place.guarded || !guard(protection, request, response)) place.answer(request, response);
  });
  await new Promise<void>((resolve) => void endpoint.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => void endpoint.close(resolve));
    endpoint.closeAllConnections();
    await closed;
  });
  const url = `https://127.0.0.1:${(endpoint.address() as AddressInfo).port}/mcp`;
  const protection: Protection = { resource: url, server };
  const options: NpmOptions = { registry: 'https://registry.example.com', ca: certificate.cert };
  const { signal } = new AbortController();
  const place: Place = {
    ...{ server, protection, options, request: { url, headers: {} }, asked: [], guarded: true },
    answer: (_, response) => void response.writeHead(200).end(),
    binding: { registry: 'example', server: 'notes', issuer: server.issuer, scopes: ['notes:read'], resource: url },
    fetch: boundedFetch(options, signal),
    askWithoutToken: (asked) =>
      exchange(
        asked.url,
        options,
        { method: 'POST', headers: {}, body: '{}', compress: false, signal },
        async (response) => response.headers.get('www-authenticate'),
      ),
  };
  return place;
}

const noKeychain = (): Promise<never> => Promise.reject(new Error('no keychain is asked here'));

/** What one process knows of the sign-ins that lie in a folder. */
export const signInsIn = (folder: string): SignIns =>
  new SignIns(new KeptSecrets(folder, 'example', 'notes', noKeychain));
