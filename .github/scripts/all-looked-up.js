// all-looked-up.js <review>: whether `registry scan --json` looked up the advisories of every server. A source that does
// not answer leaves no findings behind either, and must not look like the end of them.
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const { servers, error } = JSON.parse(readFileSync(file, 'utf8'));
const missing = Array.isArray(servers)
  ? servers.filter(({ checks }) => !checks.some(({ check, result }) => check === 'advisories' && result !== 'not-run'))
  : [{ name: error?.code ?? 'every server' }];
if (missing.length > 0) {
  const names = missing.map(({ name }) => name).join(', ');
  const escaped = names.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  console.error(`::error::no advisories were looked up: ${escaped}`);
  process.exitCode = 1;
}
