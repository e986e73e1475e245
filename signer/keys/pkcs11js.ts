/** The parts of pkcs11js that we use. Its own types cannot be used: they are missing if pkcs11js was not built. */
import { createRequire } from 'node:module';

export type Handle = Buffer;
export interface Attribute {
  readonly type: number;
  readonly value?: number | boolean | string | Buffer;
}
interface TokenInfo {
  readonly label: string;
  readonly serialNumber: string;
  readonly model: string;
  readonly manufacturerID: string;
  readonly flags: number;
}
interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: Buffer;
}
export interface PKCS11 {
  load(path: string): void;
  close(): void;
  C_Initialize(): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): TokenInfo;
  C_InitToken(slot: Handle, pin: string, label: string): string;
  C_InitPIN(session: Handle, pin: string): void;
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_GetSessionInfo(session: Handle): { readonly state: number };
  C_Login(session: Handle, user: number, pin?: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, max: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): { readonly value: Buffer }[];
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Sign(session: Handle, data: Buffer, signature: Buffer): Buffer;
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle;
  C_GenerateKeyPair(
    session: Handle,
    mechanism: Mechanism,
    publicKey: readonly Attribute[],
    privateKey: readonly Attribute[],
  ): { readonly publicKey: Handle; readonly privateKey: Handle };
}
type Pkcs11Js = { readonly PKCS11: new () => PKCS11 } & Readonly<
  Record<
    | `CKA_${'CLASS' | 'LABEL' | 'ID' | 'KEY_TYPE' | 'EC_PARAMS' | 'EC_POINT' | 'SIGN' | 'VERIFY' | 'TOKEN' | 'PRIVATE'}`
    | `CKA_${'ALWAYS_AUTHENTICATE' | 'SENSITIVE' | 'EXTRACTABLE' | 'DERIVE' | 'VALUE' | 'MODULUS_BITS' | 'PUBLIC_EXPONENT'}`
    | `CKO_${'PRIVATE_KEY' | 'PUBLIC_KEY'}`
    | `CKK_${'RSA' | 'EC'}`
    | `CKM_${'ECDSA' | 'EC_KEY_PAIR_GEN' | 'RSA_PKCS_KEY_PAIR_GEN'}`
    | `CKF_${'SERIAL_SESSION' | 'RW_SESSION' | 'TOKEN_INITIALIZED' | 'LOGIN_REQUIRED'}`
    | `CKU_${'SO' | 'USER' | 'CONTEXT_SPECIFIC'}`,
    number
  >
>;

/** Its names are the standard's: https://docs.oasis-open.org/pkcs11/pkcs11-base/v2.40/pkcs11-base-v2.40.html */
export const pkcs11js = createRequire(import.meta.url)('pkcs11js') as Pkcs11Js;
