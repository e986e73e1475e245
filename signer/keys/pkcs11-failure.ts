import { Failure, messageOf } from '../../core/failure.ts';
import { wrongKey } from './p256-key.ts';

/** Turns an error of a token into a failure that says what to do. Every other error is returned unchanged. */
export function asPkcs11Failure(cause: unknown, name: string): unknown {
  const code = messageOf(cause);
  if (cause instanceof Failure || !/^(?:CKR|PKCS11)_\w+$/u.test(code)) return cause;
  switch (code) {
    case 'CKR_PIN_INCORRECT':
    case 'CKR_PIN_INVALID':
    case 'CKR_PIN_LEN_RANGE':
      return new Failure(
        'wrong-secret',
        `the PIN for ${name} is wrong`,
        'find the right one before you try again: a few wrong ones lock the token',
        { cause },
      );
    case 'CKR_PIN_LOCKED':
      return new Failure(
        'wrong-secret',
        `the token of ${name} is locked after wrong PINs`,
        'its security officer can set a new PIN',
        { cause },
      );
    case 'CKR_KEY_FUNCTION_NOT_PERMITTED':
    case 'CKR_KEY_TYPE_INCONSISTENT':
    case 'CKR_MECHANISM_INVALID':
      return wrongKey(
        name,
        `one that does not sign with CKM_ECDSA (${code})`,
        'name another key, or make one on the curve P-256 that may sign',
        cause,
      );
    default:
      return new Failure(
        'pkcs11',
        `the token of ${name} does not do it: ${code}`,
        "check that it is still there and its software runs; the vendor's manual says what the code means",
        { cause },
      );
  }
}
