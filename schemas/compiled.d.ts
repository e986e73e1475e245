/** The validators that `npm run prepare` compiles from the JSON Schemas in this folder. */

export interface SchemaError {
  /** JSON Pointer to the offending value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

export interface Validator {
  (value: unknown): boolean;
  /** What was wrong with the value of the last call. */
  errors?: readonly SchemaError[] | null;
}

/** The names of a format's fields, nested as in a document; `*` stands for any index or key. */
export interface FieldTree {
  readonly [field: string]: FieldTree;
}

export const approval: Validator;
export const auditEvent: Validator;
export const bin: Validator;
export const bundle: Validator;
export const captured: Validator;
export const catalog: Validator;
export const holders: Validator;
export const index: Validator;
export const inventory: Validator;
export const keyring: Validator;
export const listing: Validator;
export const lock: Validator;
export const manifest: Validator;
export const policy: Validator;
export const publication: Validator;
export const record: Validator;
export const registry: Validator;
export const review: Validator;
export const root: Validator;
export const search: Validator;
export const serverDetail: Validator;
export const signer: Validator;
export const snapshot: Validator;
export const status: Validator;
export const storedReview: Validator;
export const targets: Validator;
export const timestamp: Validator;
export const trustConfig: Validator;
export const verificationSummary: Validator;
export const view: Validator;

export const manifestFields: FieldTree;
export const policyFields: FieldTree;
export const registryFields: FieldTree;
export const signerFields: FieldTree;
export const trustConfigFields: FieldTree;
