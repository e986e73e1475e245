/** The same routing in the CDN: a CloudFront function. It becomes one file without imports. */
import { encodeKey, plainAnswer, route } from './route.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export interface EdgeEvent {
  readonly request: EdgeRequest;
}

export interface EdgeRequest {
  readonly method: string;
  uri: string;
  querystring: Readonly<Record<string, { readonly value: string } | undefined>>;
}

export interface EdgeAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, { readonly value: string }>;
  readonly body?: string;
}

/** No file of this name is ever published, so that the page for what is missing answers. */
const nothing = '/.nothing';

export function handler(event: EdgeEvent): EdgeRequest | EdgeAnswer {
  const request = event.request;
  const cursor = request.querystring['cursor'];
  const found = route(
    cursor === undefined
      ? { method: request.method, path: request.uri }
      : { method: request.method, path: request.uri, cursor: cursor.value },
  );
  const plain = plainAnswer(found);
  if (plain !== undefined) {
    const headers: Record<string, { readonly value: string }> = {};
    plain.headers.forEach((header) => {
      headers[header[0].toLowerCase()] = { value: header[1] };
    });
    return plain.body === ''
      ? { statusCode: plain.status, headers }
      : { statusCode: plain.status, headers, body: plain.body };
  }
  request.uri = found.kind === 'file' ? `/${encodeKey(found.key)}` : nothing;
  // The answer is the same file, whatever else the query says.
  request.querystring = {};
  return request;
}
