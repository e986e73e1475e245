/** Where fetched bytes are kept. */
export interface Blobs {
  /**
   * What is stored under this SHA-512, or what `fetch` returns; that is checked and stored.
   * @throws Refusal E_DIGEST
   */
  readOr(integrity: string, fetch: () => Promise<Buffer>): Promise<Buffer>;
}

/** Where layers of images are kept, each in a file: they are too large to be whole in memory. */
export interface Layers {
  /**
   * What is stored under this digest, or what `fetch` gives piece by piece: it begins with a call of its argument, once for each
   * try. Either was proved before this returns, and is read from the start by each call of what it returns.
   * @throws Refusal E_DIGEST, and as `fetch`
   */
  layerOr(
    digest: string,
    fetch: (begin: () => (chunk: Uint8Array) => void) => Promise<void>,
  ): Promise<() => AsyncIterable<Uint8Array>>;
}
