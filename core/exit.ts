/** How every command ends: its exit code, and the message for the error that was thrown. */
import { asDiskFailure } from './disk.ts';
import { Failure, messageOf, systemCode, UsageError } from './failure.ts';
import { Refusal } from './refusal.ts';

export const exitCodes = { fine: 0, problems: 1, usage: 2, refused: 3 } as const;

/** What a command says when it throws. */
export interface Ending {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** `now` is the time of this machine's clock. It is shown with an expiry, because the clock may be wrong. */
export function endingOf(error: unknown, now?: Date): Ending {
  if (error instanceof Refusal && error.code === 'E_EXPIRED' && now !== undefined)
    return {
      exitCode: exitCodes.refused,
      ...words(error),
      remedy: `${error.remedy}; if this machine's clock is wrong (it says ${now.toISOString()}), set it right first`,
    };
  if (error instanceof Refusal) return { exitCode: exitCodes.refused, ...words(error) };
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, ...words(error) };
  const known = ofDisk(error);
  if (known instanceof Failure) return { exitCode: exitCodes.problems, ...words(known) };
  return {
    exitCode: exitCodes.problems,
    code: 'unexpected',
    message: messageOf(error),
    remedy: 'this is a fault of the program: please report it, with what you did',
  };
}

/** What only a disk that is full or cannot be written says is no fault of the program, wherever it is met. */
function ofDisk(error: unknown): unknown {
  const { path, dest = path, syscall = '' } = (error instanceof Error ? error : {}) as Partial<SystemError>;
  const code = systemCode(error) ?? '';
  // `open` says the same of a file that may not be read.
  const isOfDisk = fullOrReadOnly.has(code) || (changing.test(syscall) && ['EACCES', 'EPERM', 'EISDIR'].includes(code));
  return isOfDisk && dest !== undefined ? asDiskFailure(error, dest) : error;
}

interface SystemError {
  readonly path: string;
  readonly dest: string;
  readonly syscall: string;
}

const fullOrReadOnly: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']);
const changing = /^(?:mkdir|mkdtemp|rename|link|symlink|unlink|rmdir|rm|copyfile|chmod|utime)$/u;

const words = ({ code, message, remedy }: Refusal | UsageError | Failure): Omit<Ending, 'exitCode'> => ({
  code,
  message,
  remedy,
});

/**
 * One line of text from outside in a terminal: control and bidirectional characters, which could hide or forge lines,
 * become visible escapes.
 */
export const forTerminal = (line: string): string =>
  // Most lines are plain, and the classes below take time to build.
  /^[ -~]*$/.test(line)
    ? line
    : line.replaceAll(
        /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
        (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
      );

/**
 * The same line without a command for GitHub's runner, which reads what follows `::` at a line's start, and what follows `##[`
 * anywhere, from both outputs of every step.
 */
export const withoutCommands = (line: string): string =>
  line.replaceAll('##[', '##\\u{5b}').replace(/^(\s*):(?=:)/u, '$1\\u{3a}');
