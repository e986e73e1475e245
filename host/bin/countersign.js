#!/usr/bin/env node
// Plain JavaScript, so that an old Node can say what it needs.
if (Number(process.versions.node.split('.')[0]) < 24) {
  const [message, remedy] = [`Node ${process.versions.node} is too old`, 'install Node 24 or newer'];
  if (process.argv.includes('--json'))
    console.log(JSON.stringify({ schemaVersion: 1, error: { code: 'old-node', message, remedy } }));
  console.error(`countersign: ${message}: ${remedy}`);
  process.exit(2);
}

// What places or starts code, or is given a secret, starts itself again without the variables that decide which code Node loads or how: the
// `env` block of a client's configuration can set them. Nothing else is done before. What they loaded has run already.
const deciding =
  /^(?:LD_|DYLD_|OPENSSL_|NAPI_RS_|NODE_(?!(?:ENV|EXTRA_CA_CERTS|NO_WARNINGS|USE_ENV_PROXY|USE_SYSTEM_CA|DISABLE_COMPILE_CACHE)$)|(?:GCONV_PATH|GLIBC_TUNABLES|LOCPATH|MALLOC_TRACE|RESOLV_HOST_CONF|HOSTALIASES)$)/;
const decides = (name) => process.env[name] !== '' && deciding.test(name.toUpperCase());
const command = process.argv[2] === '--json' ? process.argv[3] : process.argv[2];
const again =
  ['run', 'install', 'credentials', 'login', 'logout', 'self-update'].includes(command) &&
  Object.keys(process.env).some(decides);

if (again) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !deciding.test(name.toUpperCase())));
  const words = process.argv.slice(1);
  if (process.execve !== undefined && process.platform !== 'win32')
    process.execve(process.execPath, [process.execPath, ...words], env);
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, words, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
} else await import('../dist/countersign.js');
