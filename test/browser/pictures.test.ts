/** The pictures in the README: there, small, described, and without anything of the machine that took them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { catalog as validate } from '../../schemas/compiled.js';
import { demonstration } from './demonstration.ts';

const root = join(import.meta.dirname, '../..');
const mostBytes = 150_000;

let readme: string;
beforeAll(async () => {
  readme = await readFile(join(root, 'README.md'), 'utf8');
});

test('the README shows every picture, and says in words what is in it', async () => {
  const shown = [...readme.matchAll(/!\[(?<words>[^\]]*)\]\((?<file>docs\/pictures\/[^)]+)\)/gu)];
  const files = (await readdir(join(root, 'docs/pictures'))).map((name) => `docs/pictures/${name}`);
  expect(new Set(shown.map(({ groups }) => groups?.['file']))).toEqual(new Set(files));
  for (const { groups } of shown) expect(groups?.['words']?.length).toBeGreaterThan(100);
});

test.each(['list', 'server'])('the picture of the %s is small, and nothing but a picture', async (name) => {
  const bytes = await readFile(join(root, `docs/pictures/${name}.webp`));
  expect(bytes.length).toBeLessThan(mostBytes);
  expect(bytes.toString('latin1', 0, 12)).toMatch(/^RIFF[^]{4}WEBP$/u);
  // Size, colours and pixels: no notes of a program or a camera, and nothing after the end.
  expect(chunks(bytes)).toEqual(['VP8X', 'ICCP', 'VP8 ']);
});

function chunks(webp: Buffer): string[] {
  const names: string[] = [];
  let at = 12;
  while (at < webp.length) {
    names.push(webp.toString('latin1', at, at + 4));
    const length = webp.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  expect(at).toBe(webp.length);
  return names;
}

test('what is shown is a catalog, with every server of this repository in a state that says nothing against it', async () => {
  const catalog = await demonstration();
  expect(validate(catalog) || validate.errors).toBe(true);
  const names = (await readdir(join(root, 'servers'))).flatMap((file) => /^(.+)\.yaml$/u.exec(file)?.[1] ?? []);
  const states = new Map(catalog.servers.map(({ manifest, state }) => [manifest.name, state]));
  for (const name of names) expect([name, states.get(name)]).toEqual([name, 'active']);
});
