/** Files of a folder, and single bytes of them flipped. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const places = 200;

/** Evenly spread over a file, its first and last byte included. */
export const spread = (length: number): number[] => [
  ...new Set(Array.from({ length: places }, (_, index) => Math.round((index * (length - 1)) / (places - 1)))),
];

export function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

export async function filesOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
