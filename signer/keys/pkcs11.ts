/** Keys in a token, such as an HSM or a smart card, through PKCS #11 2.40. The keys never leave the token. */
import { p256 } from '@noble/curves/nist.js';
import { Failure } from '../../core/failure.ts';
import { belongsTo, spkiOfPoint, wrongKey } from './p256-key.ts';
import type { Pkcs11Address } from './pkcs11-address.ts';
import { asPkcs11Failure } from './pkcs11-failure.ts';
import { useModule } from './pkcs11-module.ts';
import { readPin } from './pkcs11-pin.ts';
import { findKey, findPublicPoint, findToken } from './pkcs11-search.ts';
import { pkcs11js, type Handle } from './pkcs11js.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * A key signs this to show that it may sign: the SHA-256 of no bytes, which is never the digest of an approval or
 * metadata.
 */
const trial = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex');

/** CKS_RO_PUBLIC_SESSION: nobody has logged in, through this session or another one of this process. */
const publicSession = 0;

/** @throws Failure */
export async function openPkcs11Key(
  address: Pkcs11Address,
  readSecret: (what: string) => Promise<string>,
): Promise<SigningKey> {
  const { name } = address;
  const { pkcs11, release } = useModule(address.modulePath);
  let session: Handle | undefined;
  const close = async (): Promise<void> => {
    try {
      // Closing the last session also logs out.
      if (session !== undefined) pkcs11.C_CloseSession(session);
    } catch {
      // If the token was pulled out, the session is already gone.
    } finally {
      session = undefined;
      release();
    }
  };

  try {
    const { slot, flags } = findToken(pkcs11, address);
    session = pkcs11.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION);
    const opened = session;
    let pin: string | undefined;
    const loggedOut = pkcs11.C_GetSessionInfo(opened).state === publicSession;
    if (loggedOut && (flags & pkcs11js.CKF_LOGIN_REQUIRED) !== 0) {
      pin = await readPin(address, readSecret);
      pkcs11.C_Login(opened, pkcs11js.CKU_USER, pin);
    }
    const key = findKey(pkcs11, opened, address);
    if (key.asksEachTime) pin ??= await readPin(address, readSecret);
    const spki = spkiOfPoint(findPublicPoint(pkcs11, opened, key, name));

    // Without an await in between, because a session can make only one signature at a time.
    const sign = (digest: Uint8Array): Uint8Array => {
      pkcs11.C_SignInit(opened, { mechanism: pkcs11js.CKM_ECDSA }, key.handle);
      if (key.asksEachTime) pkcs11.C_Login(opened, pkcs11js.CKU_CONTEXT_SPECIFIC, pin);
      const raw = pkcs11.C_Sign(opened, Buffer.from(digest), Buffer.alloc(64));
      return p256.Signature.fromBytes(raw, 'compact').toBytes('der');
    };
    if (!belongsTo(spki, trial, sign(trial)))
      throw wrongKey(name, 'not the one that the public key beside it is of', 'put the right public key beside it');
    return {
      environment: 'production',
      publicKey: async () => spki,
      signDigest: async (digest) => {
        if (session === undefined) throw new Failure('key-closed', `the key ${name} was closed`, 'open it again');
        try {
          return sign(digest);
        } catch (error) {
          throw asPkcs11Failure(error, name);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw asPkcs11Failure(error, name);
  }
}
