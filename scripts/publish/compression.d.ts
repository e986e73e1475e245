/** What is used of it: it has no types of its own. https://github.com/expressjs/compression */
declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Options {
    /** Whether the answer may be compressed, where its type allows it. */
    readonly filter?: (request: IncomingMessage, response: ServerResponse) => boolean;
  }

  const compression: {
    (options?: Options): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
    /** Whether the type of the answer is worth it. */
    readonly filter: (request: IncomingMessage, response: ServerResponse) => boolean;
  };
  export default compression;
}
