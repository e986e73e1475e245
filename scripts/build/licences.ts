/** The licences of the packages whose code is bundled: they must be handed on with it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** One text: for each package its name, its version, and the licence and notice files that it brings. */
export async function licencesOf(root: string, { outputs }: Metafile): Promise<string> {
  const folders = new Set(
    Object.values(outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [packageFolder.exec(file)?.[0] ?? ''] : []))
      .filter((folder) => folder !== ''),
  );
  const texts = await Promise.all([...folders].sort().map((folder) => licenceOf(join(root, folder))));
  return `What is bundled with the countersign command, and the licence of each part.\n\n${texts.join('\n')}`;
}

const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/u;

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|copying|notice)/iu.test(file)).sort();
  if (license === undefined && files.length === 0) throw new Error(`${name} ${version} says nothing of its licence`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const heading = `${name} ${version} (${license ?? 'see below'})`;
  return [heading, '-'.repeat(heading.length), '', ...texts.map((text) => `${text.trim()}\n`)].join('\n');
}
