/**
 * Headers that a manifest cannot declare: the protocol, the HTTP client or a proxy sets them, and a second value would
 * change where a request goes, how it is read, or on whose behalf it is made.
 */
const setByOthers: readonly (readonly [pattern: RegExp, by: string])[] = [
  // RFC 9110, 7.6.1, and RFC 9112: about one connection, or about where a message ends.
  [
    /^(?:host|connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade|http2-settings|content-length|expect)$/u,
    'the connection',
  ],
  // RFC 9110, 8 and 12: what the bytes are, and which answer is wanted.
  [/^(?:content-(?:type|encoding|range|location)|accept|accept-encoding|range|date)$/u, 'the HTTP client'],
  [/^(?:mcp-(?:session-id|protocol-version|method|name|param-.*)|last-event-id)$/u, 'the transport of MCP'],
  // The standard of fetch calls these forbidden: a browser says by them who asks.
  [/^(?:origin|referer|cookie2?|set-cookie2?|sec-.*|access-control-.*)$/u, 'the browser or server'],
  [/^(?:proxy-.*|forwarded|x-forwarded(?:-.*)?|x-real-ip|via)$/u, 'a proxy'],
  // They replace the method that was checked.
  [/^x-(?:http-)?method(?:-override)?$/u, 'the HTTP client'],
];

/** Who sets a header, if no manifest may; otherwise undefined. Upper and lower case count the same (RFC 9110, 5.1). */
export const headerSetBy = (name: string): string | undefined =>
  setByOthers.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
