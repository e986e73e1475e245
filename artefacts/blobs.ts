/** Where fetched bytes are kept. */
export interface Blobs {
  /**
   * What is stored under this SHA-512, or what `fetch` returns; that is checked and stored.
   * @throws Refusal E_DIGEST
   */
  readOr(integrity: string, fetch: () => Promise<Buffer>): Promise<Buffer>;
}
