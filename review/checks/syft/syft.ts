/** Lists what syft finds in an image: https://github.com/anchore/syft. It is another program, which may be installed or not. */
import { accessSync, constants, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { FilePiece } from '../../../artefacts/oci/layer.ts';
import { maxStagedImageBytes, maxSyftAnswerBytes, syftDeadlineMs } from '../../../core/limits.ts';
import { inTemporaryFolder } from '../../../resolve/temporary-folder.ts';
import { runSyft, type SyftBounds } from './run-syft.ts';
import { stageFiles } from './stage-files.ts';
import { readSyftAnswer, SyftError, type SyftAnswer } from './syft-answer.ts';

export type Listed =
  /** `left` are the paths that syft did not see. */
  | ({ readonly kind: 'listed'; readonly left: readonly string[] } & SyftAnswer)
  /** `why` is a sentence without its end. */
  | { readonly kind: 'not-listed'; readonly why: string };

/** The packages in the files of one platform. @throws any error of `files` */
export type ListPackages = (files: AsyncIterable<FilePiece>) => Promise<Listed>;

const syftBounds = {
  deadlineMs: syftDeadlineMs,
  answerBytes: maxSyftAnswerBytes,
  stagedBytes: maxStagedImageBytes,
};

/** Nothing where syft is not installed. `path` is a search path, as PATH has it. */
export function openSyft(
  path: string,
  bounds: SyftBounds & { readonly stagedBytes: number } = syftBounds,
): ListPackages | undefined {
  // A relative one would lead into the files of a pull request.
  const folders = path.split(delimiter).filter(isAbsolute);
  const name = process.platform === 'win32' ? 'syft.exe' : 'syft';
  const program = folders.map((folder) => join(folder, name)).find(isProgram);
  if (program === undefined) return undefined;
  return (files) =>
    inTemporaryFolder('syft', async (folder): Promise<Listed> => {
      const [tree, home] = [join(folder, 'tree'), join(folder, 'home')];
      for (const each of [tree, home]) await mkdir(each, { mode: 0o700 });
      const staged = await stageFiles(files, tree, bounds.stagedBytes);
      if (staged.kind === 'not-staged') return { kind: 'not-listed', why: staged.why };
      const run = await runSyft({ program, path: folders.join(delimiter), tree, home }, bounds);
      if (run.kind === 'failed') return { kind: 'not-listed', why: `syft ${run.why}` };
      try {
        return { kind: 'listed', left: staged.left, ...readSyftAnswer(run.answer) };
      } catch (error) {
        if (!(error instanceof SyftError)) throw error;
        return { kind: 'not-listed', why: `what syft answered ${error.message}` };
      }
    });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
