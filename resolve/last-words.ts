/** Finds the reason why a program ended in its error output. The text is not trusted: it is shortened, and shown as text. */
import { stripVTControlCharacters } from 'node:util';

/** The limit of the output that is read. A crash of Node quotes the failed line of source, which may be long. */
export const maxKeptWords = 64 * 1024;
const maxReasonLength = 500;

/** Lines around a reason: stack frames, carets, lines that Node adds, and the fields of an error. */
const surrounding = /^(?:at .*|\^+|[{}[\]()]+[,;]?|Node\.js v\d.*|node:\S+:\d+|code: .*|errno: .*|syscall: .*)$/u;
/** `Error: …`, `TypeError [ERR_X]: …`, `Uncaught ZodError: …` */
const errorLine = /^(?:Uncaught )?(?:[A-Za-z_$][\w$]*)?(?:Error|Exception)(?: \[\w+\])?: \S/u;
const soundsLikeOne =
  /\b(?:error|fatal|failed|cannot|could not|must|missing|required?|not (?:set|found|defined|configured)|invalid|usage)\b/iu;

/** The line with the reason, and the lines after it; undefined if the program wrote nothing. */
export function reasonIn(words: string): string | undefined {
  const lines = stripVTControlCharacters(words)
    .split(/[\r\n]+/u)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !surrounding.test(line));
  const last = lines.findLastIndex((line) => errorLine.test(line));
  const sounds = lines.findLastIndex((line) => soundsLikeOne.test(line));
  const start = last !== -1 ? last : sounds !== -1 ? sounds : lines.length - 1;
  const reason = lines.slice(start, start + 12).join(' ');
  return reason === '' ? undefined : reason.slice(0, maxReasonLength);
}

/**
 * Names of environment variables in a text, such as `NOTION_TOKEN`. Words in capitals without an underscore are counted only
 * where Python says that it looked one up.
 */
export const variablesIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/(?<![\w.])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)|(?<=\bKeyError: ')[A-Z][A-Z0-9]+(?=')/gu)]
      .map(([name]) => name)
      .filter((name) => !/^(?:ERR|E|EAI|UV|MODULE|INVALID)_/u.test(name)),
  );
