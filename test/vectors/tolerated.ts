/** Mutants that no vector can notice, and the reason why that is not a gap. */
export interface Tolerated {
  readonly file: string;
  readonly was: string;
  readonly becomes?: string;
  readonly why: string;
}

const narrows = 'for the compiler alone: without it nothing else happens';
const speed = 'another way to the same answer, only slower';

export const tolerated: readonly Tolerated[] = [
  { file: 'host/trust/chain.ts', was: 'rotations < maxRootRotations', why: 'whether 256 or 257 roots are followed' },
  { file: 'host/trust/high-water.ts', was: 'kind === undefined || scope === undefined', why: narrows },
  { file: 'host/trust/high-water.ts', was: 'kind === undefined', why: narrows },
  { file: 'host/trust/high-water.ts', was: 'scope === undefined', why: narrows },
  { file: 'host/trust/high-water.ts', was: 'digest === undefined', why: narrows },
  {
    file: 'host/trust/high-water.ts',
    was: 'throw asDiskFailure(error, this.#folder);',
    why: 'a full disk is no attack',
  },
  { file: 'host/trust/cache-file.ts', was: 'throw asDiskFailure(error, path);', why: 'a full disk is no attack' },
  { file: 'host/trust/metadata-files.ts', was: 'each < version', why: 'what is cleaned up while others read' },
  { file: 'host/trust/metadata-source.ts', was: '!(error instanceof Refusal)', why: 'opening throws nothing else' },
  { file: 'host/trust/metadata-source.ts', was: 'error instanceof Failure', why: narrows },
  { file: 'host/trust/registry-state.ts', was: 'latest > 0', why: 'no clock is behind 1970' },
  { file: 'host/trust/metadata-client.ts', was: 'previous !== undefined', why: narrows },
  {
    file: 'host/trust/metadata-client.ts',
    was: '(await this.#files.has(digest))',
    why: 'records of servers that nobody used would be fetched too, and believed no more than others',
  },
  {
    file: 'host/trust/approved-servers.ts',
    was: 'approval.approvedAt > status.issuedAt',
    why: 'a moment is remembered that is remembered already',
    becomes: '>=',
  },
  { file: 'host/trust/digest-files.ts', was: 'fetch === undefined', why: 'either way what is cached does not open' },
  { file: 'host/trust/status.ts', was: 'entries.length > 0', becomes: '>=', why: speed },
  { file: 'host/trust/trust-config.ts', was: 'throw new UsageError(', why: 'no trust config is no attack' },
  {
    file: 'core/json.ts',
    was: "throw new JsonError('not UTF-8', 0, { cause });",
    why: 'the next line refuses nothing',
  },
  { file: 'host/trust/other-writers.ts', was: 'place !== dirname(place)', why: 'run on Windows alone' },
  { file: 'host/trust/other-writers.ts', was: 'place !== upTo', why: 'run on Windows alone' },
  { file: 'core/json.ts', was: '!Number.isInteger(value)', why: speed },
  { file: 'core/json.ts', was: 'Number.isSafeInteger(value)', why: speed },
  { file: 'core/json.ts', was: "typeof value !== 'object'", why: speed },
  {
    file: 'core/json.ts',
    was: "open.push(word === '{' ? new Set() : undefined) > maxJsonDepth",
    becomes: '>=',
    why: 'it refuses more; what nests as deep as it may, and is accepted, is tested beside the code',
  },
  { file: 'core/json.ts', was: "typeof value === 'object' && value !== null", why: 'not used for trust' },
  { file: 'core/json.ts', was: "typeof value === 'object'", why: 'not used for trust' },
  { file: 'core/json.ts', was: 'value !== null', why: 'not used for trust' },
  { file: 'core/json.ts', was: '!Array.isArray(value)', why: 'not used for trust' },
  {
    file: 'core/keyring.ts',
    was: "publicKey.asymmetricKeyType !== 'ec'",
    why: 'no other key has a curve of that name',
  },
  { file: 'core/metadata.ts', was: 'a.keyid < b.keyid', why: 'equal ids are refused' },
  { file: 'core/private.ts', was: 'me === undefined', why: 'it is so on Windows alone' },
  {
    file: 'core/regular-file.ts',
    was: 'length < buffer.byteLength',
    why: 'where the buffer is full, the next read gives nothing, and ends it',
  },
  {
    file: 'core/hosts.ts',
    was: "named.startsWith('*')",
    why: 'a URL may have a star in its host, and leaves it there',
  },
  {
    file: 'core/ecdsa.ts',
    was: 'digits.byteLength !== length',
    why: 'a number that was cut off ends beyond the whole',
  },
  { file: 'core/ecdsa.ts', was: 'length < 1', becomes: 'false', why: 'no digits are taken for a negative number' },
  { file: 'core/ecdsa.ts', was: 'length > 1', why: 'a single zero is refused for its value' },
  { file: 'core/tree.ts', was: 'a.path < b.path', why: 'no two files have one path' },
  { file: 'store/installed-tree.ts', was: 'code === undefined', why: narrows },
  { file: 'store/installed-tree.ts', was: "'path' in cause", why: 'only what the message names' },
  { file: 'store/installed-tree.ts', was: 'cause instanceof Error', becomes: 'true', why: narrows },
  {
    file: 'store/tree-files.ts',
    was: '!found.isFile()',
    becomes: 'false',
    why: 'the folder said that it is a file: only what takes its place in that moment is none',
  },
  {
    file: 'store/tree-files.ts',
    was: 'size > maxUnpackedBytes',
    becomes: '>=',
    why: 'whether one file may have all the bytes of a package, or one less',
  },
  { file: 'core/statement.ts', was: 'key.validUntil !== undefined', why: narrows },
  { file: 'core/statement.ts', was: "'predicateType' in value", why: narrows },
];
