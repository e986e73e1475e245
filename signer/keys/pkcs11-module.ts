import { Failure, messageOf } from '../../core/failure.ts';
import { pkcs11js, type PKCS11 } from './pkcs11js.ts';

interface Loaded {
  readonly pkcs11: PKCS11;
  users: number;
}

/** By path. A process initialises each library once, even if it opens several keys through it. */
const modules = new Map<string, Loaded>();

/** Loads the library of a token. The caller must release it exactly once. @throws Failure `no-pkcs11-module` */
export function useModule(path: string): { readonly pkcs11: PKCS11; readonly release: () => void } {
  const loaded = modules.get(path) ?? load(path);
  modules.set(path, loaded);
  loaded.users += 1;
  let released = false;
  return {
    pkcs11: loaded.pkcs11,
    release: () => {
      if (released) return;
      released = true;
      loaded.users -= 1;
      if (loaded.users > 0) return;
      modules.delete(path);
      loaded.pkcs11.C_Finalize();
      loaded.pkcs11.close();
    },
  };
}

function load(path: string): Loaded {
  const pkcs11 = new pkcs11js.PKCS11();
  try {
    pkcs11.load(path);
    pkcs11.C_Initialize();
  } catch (cause) {
    throw new Failure(
      'no-pkcs11-module',
      `the PKCS #11 module ${path} cannot be used: ${messageOf(cause)}`,
      "install the token's software, and write the path of its library after module-path=",
      { cause },
    );
  }
  return { pkcs11, users: 0 };
}
