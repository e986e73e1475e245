/** A person with a browser, who opens an address and goes wherever it is sent on to. */
import { request as ask, type IncomingMessage } from 'node:http';
import { request as askSecurely } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Page {
  readonly address: string;
  readonly status: number;
  readonly text: string;
}

/** `divert` is what stands between the person and the next address: another page, or somebody who listens. */
export async function open(address: string, ca: string, divert: (next: URL) => URL = (next) => next): Promise<Page> {
  const response = await get(address, ca);
  const { location } = response.headers;
  const said = await text(response);
  if (location === undefined) return { address, status: response.statusCode ?? 0, text: said };
  return open(divert(new URL(location, address)).href, ca, divert);
}

const get = (address: string, ca: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asking = address.startsWith('https:')
      ? askSecurely(address, { ca, agent: false })
      : ask(address, { agent: false });
    asking.once('response', resolve).once('error', reject).end();
  });
