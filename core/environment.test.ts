import { expect, test } from 'vitest';
import { isLoaderVariable, redirectedBy } from './environment.ts';

test.each([
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES', 'GCONV_PATH', 'GLIBC_TUNABLES'],
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_REPL_EXTERNAL_MODULE', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_V8_COVERAGE'],
  ...['NPM_CONFIG_PREFIX', 'npm_config_registry', 'ELECTRON_RUN_AS_NODE', 'TS_NODE_PROJECT', 'BUN_OPTIONS', 'DENO_DIR'],
  ...[
    'PYTHONPATH',
    'PYTHONSTARTUP',
    'PYTHONHOME',
    'RUBYOPT',
    'RUBYLIB',
    'GEM_PATH',
    'PERL5LIB',
    'PERL5OPT',
    'LUA_PATH',
  ],
  ...['JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'JDK_JAVA_OPTIONS', 'CLASSPATH', 'DOTNET_STARTUP_HOOKS', 'COR_PROFILER'],
  ...['BASH_ENV', 'ENV', 'BASH_FUNC_ls', 'SHELLOPTS', 'PROMPT_COMMAND', 'IFS', 'ZDOTDIR'],
  ...['OPENSSL_CONF', 'OPENSSL_MODULES', 'GIT_SSH_COMMAND', 'GIT_EXEC_PATH', 'GIT_CONFIG_GLOBAL', 'GIO_EXTRA_MODULES'],
])('says that %s decides which code is loaded, in any case of its letters', (name) => {
  expect(isLoaderVariable(name)).toBe(true);
  expect(isLoaderVariable(name.toLowerCase())).toBe(true);
});

test.each([
  ...[
    'PGPASSWORD',
    'API_KEY',
    'HTTPS_PROXY',
    'LANG',
    'TZ',
    'OLD_PRELOAD',
    'MY_NODE_OPTIONS',
    'ENVIRONMENT',
    'GITHUB_TOKEN',
  ],
  ...[
    'NODE_ENV',
    'NODE_EXTRA_CA_CERTS',
    'NODE_USE_ENV_PROXY',
    'NODE_NO_WARNINGS',
    'NODES',
    'LDAP_URL',
    'IFSC',
    'PYTHONUNBUFFERED',
    'PYTHONIOENCODING',
  ],
])('says nothing against %s', (name) => {
  expect(isLoaderVariable(name)).toBe(false);
});

test.each(['NODE_ENVIRONMENT', 'NODE_ENV_FILE', 'NODE_EXTRA_CA_CERTS_DIR', 'PYTHONUNBUFFERED_'])(
  'takes a harmless name for what it is, not for the beginning of %s',
  (name) => {
    expect(isLoaderVariable(name)).toBe(true);
  },
);

test.each([
  ['PATH', 'programs'],
  ['SSL_CERT_FILE', 'certificates'],
  ['SSL_CERT_DIR', 'certificates'],
  ['NODE_EXTRA_CA_CERTS', 'certificates'],
  ['REQUESTS_CA_BUNDLE', 'certificates'],
  ['CURL_CA_BUNDLE', 'certificates'],
  ['NIX_SSL_CERT_FILE', 'certificates'],
  ['SSLKEYLOGFILE', 'certificates'],
  ['HTTPS_PROXY', 'network'],
  ['HTTP_PROXY', 'network'],
  ['ALL_PROXY', 'network'],
  ['NO_PROXY', 'network'],
  ['GLOBAL_AGENT_HTTP_PROXY', 'network'],
  ['NODE_USE_ENV_PROXY', 'network'],
  ['HOME', 'settings'],
  ['XDG_CONFIG_HOME', 'settings'],
  ['TMPDIR', 'settings'],
  ['RES_OPTIONS', 'names of hosts'],
])('says that %s, in any case of its letters, needs a word about %s, and may be declared', (name, about) => {
  expect(redirectedBy(name)).toContain(about);
  expect(redirectedBy(name.toLowerCase())).toBe(redirectedBy(name));
  expect(isLoaderVariable(name)).toBe(false);
});

test.each(['API_KEY', 'PATHS', 'MY_PATH', 'PROXY', 'PROXY_TOKEN', 'HOMEPAGE', 'CERT_NAME', 'NODE_ENV', 'LANG', 'TZ'])(
  'needs no word about %s',
  (name) => {
    expect(redirectedBy(name)).toBeUndefined();
  },
);
