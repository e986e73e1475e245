/** The properties of a machine by which npm decides whether a package is for it. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  /** Detected on first use; absent if the system is not Linux. */
  readonly libc?: () => 'glibc' | 'musl';
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
