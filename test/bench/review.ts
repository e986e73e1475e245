/** How long it takes to review one changed server, and how much memory, by how many others there are. */
import { partsOf } from '../../artefacts/kinds.ts';
import { artefactIn } from '../../artefacts/loaded.ts';
import { join } from 'node:path';
import { inc } from 'semver';
import { copyOf, withSmallClosure, writeServer, type Written } from '../support/many-servers.ts';
import { startNpm } from '../support/npm-registry.ts';
import { linearity, measureCases, type Case, type Most, type Row } from './measure.ts';
import { commitAll, realServer, writeRegistry } from './registries.ts';

const [few, many] = [1_000, 10_000];
/** Of the scan of one changed server, however many there are. */
const most: Most = { tookMs: 2000, rssBytes: 500_000_000 };
/** Without those that resolve or start the server: they take as long whatever else there is. */
const checks = ['policy', 'packages', 'advisories', 'code', 'tool-text', 'provenance'];

export async function benchReview(folder: string): Promise<Row[]> {
  const whole = await realServer('memory');
  const small = { ...whole, lock: withSmallClosure(whole.lock) };
  const name = nameOf(copyOf(whole, 1));
  const [old, young] = [whole.manifest.version, inc(whole.manifest.version, 'minor') ?? ''];
  const npm = await startNpm(
    [old, young].map((version) => ({
      name,
      version,
      manifest: { license: 'MIT' },
      files: { 'index.js': `console.log('${version}');\n` },
    })),
  );
  const released = (version: string): { readonly version: string; readonly tarball: Buffer } => ({
    version,
    tarball: npm.tarball(name, version),
  });

  const cases: Case[] = [];
  const add = async (server: Written, count: number): Promise<void> => {
    const packages = partsOf(server.lock).length;
    const at = join(folder, `${count}-${packages}`);
    await writeRegistry(at, server, count);
    await writeServer(at, copyOf(server, 1, released(old)));
    await commitAll(at);
    await writeServer(at, copyOf(server, 1, released(young)));
    const of = `one changed of ${count.toLocaleString('en')} servers of ${packages} packages`;
    const scan = ['scan', '--json', '--no-capture', '--only', ...checks];
    cases.push(
      { what: `diff, ${of}`, folder: at, words: ['diff'] },
      { what: `scan, ${of}`, folder: at, words: scan, env: npm.env, most },
    );
  };
  await add(whole, few);
  await add(small, few);
  await add(small, many);

  try {
    const { used, rows } = await measureCases(cases);
    const [, , diffOfFew, scanOfFew, diffOfMany, scanOfMany] = used;
    return [
      ...rows,
      linearity('diff', few, many, diffOfFew, diffOfMany),
      linearity('scan', few, many, scanOfFew, scanOfMany),
    ];
  } finally {
    await npm.close();
  }
}

const nameOf = ({ lock }: Written): string => artefactIn(lock)?.name ?? '';
