/** Every bound on what is read from outside. Sizes in bytes, times in milliseconds; nothing is read without one. */

const KIB = 1024;
const MIB = 1024 * KIB;

// What people and `registry lock` write.
export const maxManifestBytes = 256 * KIB;
export const maxLockBytes = 16 * MIB;
export const maxConfigBytes = 256 * KIB;

// What a registry publishes.
export const maxStatusBytes = 8 * MIB;
export const maxRecordBytes = 8 * MIB;
export const maxBundleBytes = 2 * MIB;

// What package registries serve.
export const maxPackumentBytes = 256 * MIB;
export const maxTarballBytes = 512 * MIB;
export const maxUnpackedBytes = 2048 * MIB;
export const maxTarballEntries = 100_000;

/** Nesting of objects and arrays in any JSON that is read. */
export const maxJsonDepth = 64;

/** One answer of an MCP server while its tools are captured. */
export const maxCaptureBytes = 8 * MIB;

/** A whole refresh of a registry's files, however many requests it takes. */
export const refreshDeadlineMs = 2_000;
/** One try at a download from a package registry; it is tried again on network errors. */
export const downloadTimeoutMs = 60_000;
export const downloadRetries = 4;
/** Downloads at one time. */
export const maxConcurrentDownloads = 16;

/** How long a captured server may take for one answer. */
export const captureTimeoutMs = 20_000;

/** A status file's life. */
export const statusLifeDays = 7;
