/** A container registry on loopback: one repository, and what stands signed beside its images. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../core/digest.ts';

export interface FakeOci {
  /** As the address of an artefact has it. */
  readonly host: string;
  readonly path: string;
  /** By tag or digest. */
  readonly manifests: Map<string, Buffer>;
  readonly blobs: Map<string, Buffer>;
  /** By digest: what refers to it. Without the map, the registry does not know the question. */
  referrers: Map<string, Buffer> | undefined;
  /** Asked for with every request, and given out to whoever asks for the right scope. */
  token: string | undefined;
  /** Paths that were asked for, in order, and with which token. */
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
  /** Another answer, where it gives one. */
  otherwise: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Keeps a blob. Gives its descriptor. */
  addBlob(mediaType: string, bytes: Uint8Array): Descriptor;
  /** Keeps a manifest under its digest and a tag. Gives its descriptor. */
  addManifest(manifest: unknown, tag?: string): Descriptor;
  close(): Promise<void>;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export async function startOci(path = 'mcp/postgres'): Promise<FakeOci> {
  const server = createServer((request, response) => {
    oci.asked.push((request.url ?? '').slice(1));
    oci.authorizations.push(request.headers.authorization);
    if (oci.otherwise?.(request, response) === true) return;
    answer(oci, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const describe = (mediaType: string, bytes: Uint8Array): Descriptor => ({
    mediaType,
    digest: `sha256:${sha256(bytes)}`,
    size: bytes.byteLength,
  });
  const oci: FakeOci = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    path,
    manifests: new Map(),
    blobs: new Map(),
    referrers: new Map(),
    token: undefined,
    asked: [],
    authorizations: [],
    otherwise: undefined,
    addBlob: (mediaType, bytes) => {
      const descriptor = describe(mediaType, bytes);
      oci.blobs.set(descriptor.digest, Buffer.from(bytes));
      return descriptor;
    },
    addManifest: (manifest, tag) => {
      const bytes = Buffer.from(JSON.stringify(manifest));
      const descriptor = describe('application/vnd.oci.image.manifest.v1+json', bytes);
      for (const reference of [descriptor.digest, ...(tag === undefined ? [] : [tag])])
        oci.manifests.set(reference, bytes);
      return descriptor;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return oci;
}

function answer(oci: FakeOci, { url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://registry.test');
  if (pathname === '/token') {
    const granted =
      searchParams.get('scope') === `repository:${oci.path}:pull` && searchParams.get('service') === 'fake';
    response.writeHead(granted ? 200 : 403).end(JSON.stringify({ token: oci.token }));
    return;
  }
  if (oci.token !== undefined && headers.authorization !== `Bearer ${oci.token}`) {
    const challenge = `Bearer realm="http://${oci.host}/token",service="fake",scope="repository:else:push"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return;
  }
  const [, kind = '', reference = ''] =
    new RegExp(`^/v2/${oci.path}/(manifests|blobs|referrers)/([^/]+)$`, 'u').exec(pathname) ?? [];
  const found = { manifests: oci.manifests, blobs: oci.blobs, referrers: oci.referrers }[kind]?.get(reference);
  if (found === undefined && kind === 'referrers' && oci.referrers !== undefined)
    response.end('{"schemaVersion":2,"manifests":[]}');
  else response.writeHead(found === undefined ? 404 : 200).end(found);
}
