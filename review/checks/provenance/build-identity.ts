/** Reads from a certificate of the public Sigstore which build of a known code host it was issued to. */
import type { Signer } from '@sigstore/verify';
import { Unverified } from './attestation.ts';

export interface BuildIdentity {
  /** The address of the repository that was built, in the form that its host uses. */
  readonly repository: string;
  /** The commit that was built, in hexadecimal. */
  readonly commit: string;
  /** The workflow that started the build: its path in the repository and its reference, or its whole address. */
  readonly workflow: string;
}

/** The addresses of repositories whose builds an issuer of identities signs for. */
const repositories: ReadonlyMap<string, RegExp> = new Map([
  ['https://token.actions.githubusercontent.com', /^https:\/\/github\.com\/[A-Za-z0-9_-]+\/[A-Za-z0-9._-]+$/u],
  ['https://gitlab.com', /^https:\/\/gitlab\.com(?:\/[A-Za-z0-9_.-]+){2,20}$/u],
]);

// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md: 1.3.6.1.4.1.57264.1, and
const fulcio = [1, 3, 6, 1, 4, 1, 57264, 1];
const issuerExtension = 8;
const signerExtension = 9;
const repositoryExtension = 12;
const commitExtension = 13;
const workflowExtension = 18;

/** Addresses are shown to people, and are the subjects of exceptions, so their length has a limit. */
const maxAddressLength = 400;

/** The issuer of the identity that a signer proved; undefined when the certificate names none. */
export const issuerOf = (signer: Signer): string | undefined => extensionOf(signer, issuerExtension);

/** The build that signed; undefined when the signer is not a build of a known code host. @throws Unverified */
export function buildIdentityOf(signer: Signer): BuildIdentity | undefined {
  const form = repositories.get(issuerOf(signer) ?? '');
  if (form === undefined) return undefined;
  const [repository, commit, workflow, builder] = [
    extensionOf(signer, repositoryExtension),
    extensionOf(signer, commitExtension),
    extensionOf(signer, workflowExtension),
    extensionOf(signer, signerExtension),
  ];
  if (repository === undefined || !form.test(repository) || repository.length > maxAddressLength)
    throw new Unverified('is signed by a build whose certificate names no repository of its code host');
  if (commit === undefined || !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u.test(commit))
    throw new Unverified('is signed by a build whose certificate names no commit');
  if (workflow === undefined || !isPlain(workflow))
    throw new Unverified('is signed by a build whose certificate names no workflow');
  if (builder === undefined || builder !== signer.identity?.subjectAlternativeName)
    throw new Unverified('is signed by a build whose certificate names two signers');
  return {
    repository,
    commit,
    // GitLab writes two slashes before the path of the file.
    workflow: workflow.startsWith(`${repository}/`) ? workflow.slice(repository.length).replace(/^\/+/u, '') : workflow,
  };
}

const isPlain = (text: string): boolean => text.length <= maxAddressLength && /^[\x21-\x7e]+$/u.test(text);

/** The value of the only extension with that number. It must be one UTF8String in DER. */
function extensionOf({ identity }: Signer, number: number): string | undefined {
  const wanted = [...fulcio, number].join('.');
  const [found, ...more] = (identity?.oids ?? []).filter(({ oid }) => oid?.id.join('.') === wanted);
  return found === undefined || more.length > 0 ? undefined : utf8String(found.value);
}

function utf8String(der: Uint8Array): string | undefined {
  const [tag, first = 0] = der;
  // A length of 128 or more is written in one or two extra bytes.
  const lengthBytes = first === 0x81 ? 1 : first === 0x82 ? 2 : 0;
  const start = 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : der.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  if (tag !== 0x0c || der.length !== start + length) return undefined;
  const value = der.subarray(start);
  return value.every((byte) => byte >= 0x20 && byte < 0x7f) ? Buffer.from(value).toString('ascii') : undefined;
}
