/**
 * What this host has seen, so that it cannot be shown less: one empty file a mark, named after the value. Creating a
 * file is atomic, needs no lock, and nothing is left that could be truncated.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { systemCode } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';

const markName = /^status\.(?<sequence>[1-9][0-9]{0,15})\.(?<digest>[0-9a-f]{64})$/u;

interface Mark {
  readonly sequence: number;
  readonly digest: string;
}

/**
 * Checks a verified status against the highest one seen, and remembers it.
 * @throws Refusal E_ROLLBACK
 */
export async function checkNotOlder(folder: string, sequence: number, digest: string): Promise<void> {
  const names = await readdir(folder).catch((cause: unknown): string[] => {
    if (systemCode(cause) === 'ENOENT') return [];
    throw new Refusal(
      'E_STATE',
      `${folder} cannot be read (${systemCode(cause) ?? 'unknown'}): what was seen of the registry is not known`,
      'make that folder readable',
      { cause },
    );
  });
  const marks = names.flatMap((name): Mark[] => {
    const groups = markName.exec(name)?.groups;
    return groups?.digest === undefined ? [] : [{ sequence: Number(groups.sequence), digest: groups.digest }];
  });
  for (const seen of marks) {
    if (sequence < seen.sequence)
      throw new Refusal(
        'E_ROLLBACK',
        `the registry's status has the sequence ${sequence}; ${seen.sequence} was seen before`,
        'somebody serves an old state: try another network, and tell whoever runs the registry',
      );
    if (sequence === seen.sequence && digest !== seen.digest)
      throw new Refusal(
        'E_ROLLBACK',
        `the registry's status ${sequence} is another one than was seen before under that number`,
        'tell whoever runs the registry: two states were signed under one number',
      );
  }
  if (marks.some((seen) => seen.sequence === sequence)) return;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, `status.${sequence}.${digest}`), '', { flush: true });
  } catch (error) {
    throw asDiskFailure(error, folder);
  }
  // Lower marks say nothing any more.
  for (const { sequence: lower, digest: other } of marks)
    await rm(join(folder, `status.${lower}.${other}`), { force: true });
}
