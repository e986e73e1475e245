/** The formats that cross a boundary: each with its name, its schema's validator and the most bytes it may have. */
import * as compiled from '../schemas/compiled.js';
import type { FieldTree, Validator } from '../schemas/compiled.js';
import type {
  ApprovalStatement,
  BinMetadata,
  Bundle,
  CapturedTools,
  Inventory,
  Keyring,
  Listing,
  Lock,
  Manifest,
  Policy,
  Publication,
  RegistryConfig,
  RootMetadata,
  ServerRecord,
  SignerConfig,
  SnapshotMetadata,
  StatusStatement,
  StoredReview,
  TargetsMetadata,
  TimestampMetadata,
  TrustConfig,
  TrustHolders,
  VerificationSummary,
  View,
} from '../schemas/types.ts';
import {
  maxBinBytes,
  maxBundleBytes,
  maxCapturedFileBytes,
  maxConfigBytes,
  maxInventoryBytes,
  maxKeyringBytes,
  maxListingBytes,
  maxLockBytes,
  maxManifestBytes,
  maxPublicationBytes,
  maxRecordBytes,
  maxRootBytes,
  maxSnapshotBytes,
  maxStatusBytes,
  maxStoredReviewBytes,
  maxTargetsBytes,
  maxTimestampBytes,
} from './limits.ts';

export interface Format<T> {
  /** What messages call it. */
  readonly name: string;
  readonly maxBytes: number;
  readonly validate: Validator;
  /** For what people write by hand. */
  readonly fields?: FieldTree;
  /** Never set: it carries the type that the schema describes. */
  readonly type?: T;
}

export const manifestFormat: Format<Manifest> = {
  name: 'manifest',
  maxBytes: maxManifestBytes,
  validate: compiled.manifest,
  fields: compiled.manifestFields,
};
export const registryFormat: Format<RegistryConfig> = {
  name: 'registry',
  maxBytes: maxConfigBytes,
  validate: compiled.registry,
  fields: compiled.registryFields,
};
export const policyFormat: Format<Policy> = {
  name: 'policy',
  maxBytes: maxConfigBytes,
  validate: compiled.policy,
  fields: compiled.policyFields,
};
export const lockFormat: Format<Lock> = { name: 'lock', maxBytes: maxLockBytes, validate: compiled.lock };
export const bundleFormat: Format<Bundle> = { name: 'bundle', maxBytes: maxBundleBytes, validate: compiled.bundle };
export const approvalFormat: Format<ApprovalStatement> = {
  name: 'approval',
  maxBytes: maxBundleBytes,
  validate: compiled.approval,
};
export const verificationSummaryFormat: Format<VerificationSummary> = {
  name: 'verification summary',
  maxBytes: maxBundleBytes,
  validate: compiled.verificationSummary,
};
export const statusFormat: Format<StatusStatement> = {
  name: 'status',
  maxBytes: maxStatusBytes,
  validate: compiled.status,
};
export const recordFormat: Format<ServerRecord> = {
  name: 'record',
  maxBytes: maxRecordBytes,
  validate: compiled.record,
};
export const trustConfigFormat: Format<TrustConfig> = {
  name: 'trust config',
  maxBytes: maxConfigBytes,
  validate: compiled.trustConfig,
  fields: compiled.trustConfigFields,
};
export const signerConfigFormat: Format<SignerConfig> = {
  name: 'signer configuration',
  maxBytes: maxConfigBytes,
  validate: compiled.signer,
  fields: compiled.signerFields,
};
export const storedReviewFormat: Format<StoredReview> = {
  name: 'stored review',
  maxBytes: maxStoredReviewBytes,
  validate: compiled.storedReview,
};
export const keyringFormat: Format<Keyring> = {
  name: 'keyring',
  maxBytes: maxKeyringBytes,
  validate: compiled.keyring,
};
export const holdersFormat: Format<TrustHolders> = {
  name: 'list of holders',
  maxBytes: maxConfigBytes,
  validate: compiled.holders,
};
export const rootFormat: Format<RootMetadata> = { name: 'root', maxBytes: maxRootBytes, validate: compiled.root };
export const targetsFormat: Format<TargetsMetadata> = {
  name: 'targets file',
  maxBytes: maxTargetsBytes,
  validate: compiled.targets,
};
export const binFormat: Format<BinMetadata> = { name: 'bin', maxBytes: maxBinBytes, validate: compiled.bin };
export const snapshotFormat: Format<SnapshotMetadata> = {
  name: 'snapshot',
  maxBytes: maxSnapshotBytes,
  validate: compiled.snapshot,
};
export const timestampFormat: Format<TimestampMetadata> = {
  name: 'timestamp',
  maxBytes: maxTimestampBytes,
  validate: compiled.timestamp,
};
export const capturedFormat: Format<CapturedTools> = {
  name: 'file of captured tools',
  maxBytes: maxCapturedFileBytes,
  validate: compiled.captured,
};
export const publicationFormat: Format<Publication> = {
  name: 'list of generations',
  maxBytes: maxPublicationBytes,
  validate: compiled.publication,
};
export const inventoryFormat: Format<Inventory> = {
  name: 'list of published files',
  maxBytes: maxInventoryBytes,
  validate: compiled.inventory,
};
export const viewFormat: Format<View> = { name: 'view', maxBytes: maxConfigBytes, validate: compiled.view };
export const listingFormat: Format<Listing> = {
  name: 'listing',
  maxBytes: maxListingBytes,
  validate: compiled.listing,
};
