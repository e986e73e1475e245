/** The properties of a machine by which npm decides whether a package is for it. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  /** Detected on first use; absent if the system is not Linux. */
  readonly libc?: () => 'glibc' | 'musl';
  /**
   * The Python that runs servers here, asked on first use.
   * @throws Refusal E_UNSUPPORTED where there is none
   */
  readonly python?: () => Interpreter;
}

/** A Python interpreter, as far as it matters to which packages and which wheels it takes. */
export interface PythonPlatform {
  /** The usual build: one without a global lock ("free-threaded") takes other wheels, and is not supported. */
  readonly implementation: 'cpython';
  readonly version: readonly [major: number, minor: number, patch: number];
  readonly os: 'linux' | 'darwin' | 'win32';
  readonly machine: 'x64' | 'arm64';
  /** On Linux: the C library that the interpreter is linked to. */
  readonly libc?: { readonly name: 'glibc' | 'musl'; readonly version: readonly [major: number, minor: number] };
  /** On macOS: its version. */
  readonly macos?: readonly [major: number, minor: number];
}

/** One on this machine. */
export interface Interpreter extends PythonPlatform {
  /** Its absolute path. */
  readonly executable: string;
  /** The folder that its own library is in. */
  readonly prefix: string;
}

/** The platform that this process runs on. */
export function thisPlatform(): Platform {
  const base = { os: process.platform, cpu: process.arch };
  if (process.platform !== 'linux') return base;
  let libc: 'glibc' | 'musl' | undefined;
  return { ...base, libc: () => (libc ??= libcOfProcess()) };
}

function libcOfProcess(): 'glibc' | 'musl' {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}
