/**
 * Variables that make a program load code, skip the check of certificates, or read another configuration of its loader.
 * A manifest can never declare one, and a host never passes one on: no lock covers what they load.
 */
const forbiddenPatterns: readonly RegExp[] = [
  // The dynamic loaders of Linux, macOS, and the C library's own plug-ins.
  /^LD_/u,
  /^DYLD_/u,
  /^(GCONV_PATH|GLIBC_TUNABLES|LOCPATH|NLSPATH|MALLOC_TRACE|RESOLV_HOST_CONF|HOSTALIASES)$/u,
  // All of Node's variables, except a few harmless ones.
  /^NODE_(?!(ENV|EXTRA_CA_CERTS|USE_ENV_PROXY|NO_WARNINGS)$)/u,
  /^(NPM_CONFIG_|NPM_|YARN_|COREPACK_|NAPI_RS_|ESBUILD_BINARY_PATH$|PUPPETEER_EXECUTABLE_PATH$|ELECTRON_RUN_AS_NODE$|TS_NODE_|BUN_|DENO_)/u,
  // Other runtimes that a server may start.
  /^PYTHON(?!(UNBUFFERED|IOENCODING)$)/u,
  /^(RUBYOPT|RUBYLIB|GEM_|BUNDLE_|PERL5|PERLLIB|LUA_|PHPRC|PHP_INI)/u,
  /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH)$/u,
  /^(DOTNET_|COR_|CORECLR_|COMPLUS_)/u,
  // Shells, and what runs when they start.
  /^(BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*|PROMPT_COMMAND|PS4|IFS|ZDOTDIR|CDPATH|PATHEXT|COMSPEC|SHELL)$/u,
  // Programs that others start.
  /^(EDITOR|VISUAL|PAGER|BROWSER|MANPAGER|LESSOPEN|LESSCLOSE)$/u,
  // Libraries that load modules by name.
  /^(OPENSSL_(CONF|MODULES|ENGINES)|GIO_|GTK_|QT_PLUGIN|LIBGL_|GIT_)/u,
];

/** Whether a variable may decide which code is loaded. Case does not matter, as it does not on Windows. */
export const isLoaderVariable = (name: string): boolean =>
  forbiddenPatterns.some((pattern) => pattern.test(name.toUpperCase()));

/** Variables that a server may need, and that decide what it trusts. A reviewer must allow them for each server. */
const redirecting: readonly (readonly [pattern: RegExp, decides: string])[] = [
  [/^PATH$/u, 'which programs are started by their name'],
  [
    /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|PIP_CERT|SSLKEYLOGFILE|GRPC_DEFAULT_SSL_ROOTS_FILE_PATH|.*_(CA_BUNDLE|CA_FILE|CAFILE|CACERT|CA_CERTS?|CA_CERTS_FILE|SSL_CERT_FILE))$/u,
    'whose certificates are believed, or who can read what is sent',
  ],
  [
    /^((.*_)?(HTTPS?|ALL|NO|FTP|WSS?|SOCKS[45]?)_PROXY|NODE_USE_ENV_PROXY|GLOBAL_AGENT_.*)$/u,
    'through whom the network is reached',
  ],
  [
    /^(HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|XDG_.*_(HOME|DIRS?)|TMPDIR|TMP|TEMP)$/u,
    'where programs take their settings, keys and temporary files from',
  ],
  [/^(RES_OPTIONS|LOCALDOMAIN)$/u, 'how names of hosts are looked up'],
];

/** What a variable decides, if a reviewer must allow it; otherwise undefined. Upper and lower case count the same. */
export const redirectedBy = (name: string): string | undefined =>
  redirecting.find(([pattern]) => pattern.test(name.toUpperCase()))?.[1];
