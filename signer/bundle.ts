/** Signing a statement: a Sigstore bundle v0.3 in the one form that `core/bundle.ts` opens. */
import { createPublicKey } from 'node:crypto';
import { bundleToJSON } from '@sigstore/bundle';
import type { Signer } from '@sigstore/sign';
import { toSignedEntity, Verifier, type TrustMaterial } from '@sigstore/verify';
import { bundleBytes, openBundle } from '../core/bundle.ts';
import { canonicalJson } from '../core/canonical.ts';
import { Failure } from '../core/failure.ts';
import { approvalFormat, statusFormat, verificationSummaryFormat, type Format } from '../core/formats.ts';
import { ofFormat } from '../core/open-format.ts';
import {
  approvalPredicateType,
  checkSignedFor,
  signedFor,
  statusPredicateType,
  type SignedFor,
} from '../core/statement.ts';
import { keyHint, type OpenKey, type OpenKeyring } from '../core/keyring.ts';
import type { ApprovalStatement, Bundle, StatusStatement, VerificationSummary } from '../schemas/types.ts';
import { summarySignedFor } from './approval/summary.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { signBytes } from './keys/sign-bytes.ts';

const payloadType = 'application/vnd.in-toto+json';

type Signed = ApprovalStatement | StatusStatement | VerificationSummary;

interface Kind {
  readonly format: Format<unknown>;
  /** Asked for once the schema was checked. */
  readonly signedFor: () => SignedFor;
}

function kindOf(statement: Signed): Kind {
  if (statement.predicateType === approvalPredicateType)
    return { format: approvalFormat, signedFor: () => signedFor(statement) };
  if (statement.predicateType === statusPredicateType)
    return { format: statusFormat, signedFor: () => signedFor(statement) };
  return { format: verificationSummaryFormat, signedFor: () => summarySignedFor(statement) };
}

/**
 * Signs a statement and opens the result as a host would, and as Sigstore's own verifier does, so that a key that signs
 * wrongly is found out here.
 * @throws Refusal where the statement breaks its schema, where the key is not in the keyring, its signature does not verify,
 *   or hosts would refuse it
 */
export async function signStatement(statement: Signed, key: SigningKey, keyring: OpenKeyring): Promise<Uint8Array> {
  const { format, signedFor: meant } = kindOf(statement);
  ofFormat<unknown>(format, statement, `the new ${format.name}`);
  const { environment } = meant();
  if (environment !== key.environment)
    throw new Failure(
      'wrong-key',
      `a ${key.environment} key signs nothing for ${environment}`,
      `use a ${environment} key`,
    );
  const signer: Signer = {
    sign: async (data) => {
      const spki = await key.publicKey();
      return {
        signature: Buffer.from(await signBytes(key, data)),
        key: {
          $case: 'publicKey',
          publicKey: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
            .export({ format: 'pem', type: 'spki' })
            .toString(),
          hint: keyHint(spki),
        },
      };
    },
  };
  // Loaded where something is signed: it loads what asks services, which is not used here.
  const { DSSEBundleBuilder } = await import('@sigstore/sign');
  const built = await new DSSEBundleBuilder({ signer, witnesses: [] }).create({
    data: Buffer.from(canonicalJson(statement)),
    type: payloadType,
  });
  const { mediaType, verificationMaterial, dsseEnvelope } = bundleToJSON(built);
  // Empty lists of witnesses are left out: a bundle has one form.
  const bundle = {
    mediaType,
    verificationMaterial: { publicKey: verificationMaterial.publicKey },
    dsseEnvelope: { ...dsseEnvelope, signatures: dsseEnvelope?.signatures.map(({ sig }) => ({ sig })) },
  } as Bundle;
  const bytes = bundleBytes(bundle);
  const signedBundle = openBundle(bytes, keyring, 'the new signature');
  // What hosts would refuse is not signed: by a key that is retired or revoked, for another registry.
  checkSignedFor(meant(), signedBundle, keyring, 'the new signature');
  new Verifier(trusting(signedBundle.key), noWitnesses).verify(toSignedEntity(built));
  return bytes;
}

/** Time is checked against the key's window by whoever reads the payload: there is no other witness of it. */
const noWitnesses = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };

const trusting = (key: OpenKey): TrustMaterial => ({
  certificateAuthorities: [],
  timestampAuthorities: [],
  tlogs: [],
  ctlogs: [],
  publicKey: () => ({ publicKey: key.publicKey, validFor: () => true }),
});
