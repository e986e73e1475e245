/** The smallest pieces of a difference: a text from outside, what it was and is now, a changed field. */
import { contrast } from './contrast.ts';
import type { Change, FieldChange, WordRun } from './types.ts';

/** Our own text, or text from outside: in a short form, in full, or as a comparison. */
export type Part =
  | string
  | { readonly text: string }
  | { readonly whole: string }
  | { readonly words: readonly WordRun[]; readonly whole?: true };

export interface Row {
  readonly mark: '+' | '-' | '~';
  readonly loud?: true;
  readonly parts: readonly Part[];
}

/** The maximum length of one text from outside, in UTF-16 units. */
export const maxText = 240;

export const text = (value: string): Part => ({ text: value });

/** `, was … now …`, with our words between them, so that right-to-left text cannot change their order. */
export function wasAndNow(change: Change): Part[] {
  const { was, now } = contrast(change.was, change.now, maxText);
  return [...(was === undefined ? [] : [', was ', text(was)]), ...(now === undefined ? [] : [', now ', text(now)])];
}

export const places = (was: number, now: number): string => (was === now ? `${now}` : `${was} → ${now}`);

/** A field of a manifest, or a place in the definition of a tool, a prompt or a resource. */
export const fieldRow = (change: FieldChange, offer?: string): Row =>
  row(change, offer, [
    ...(change.words === undefined ? wasAndNow(change) : [`, ${editsIn(change.words)}: `, { words: change.words }]),
  ]);

/** The same, and nothing of the text is left out. */
export const textRow = (change: FieldChange, offer?: string): Row => row(change, offer, textParts(change));

/** What follows the name of a text: the whole comparison, or what it was and is. */
export const textParts = ({ was, now, words }: FieldChange): Part[] =>
  words === undefined
    ? [
        ...(was === undefined ? [] : [', was ', { whole: was }]),
        ...(now === undefined ? [] : [was === undefined ? ': ' : ', now ', { whole: now }]),
      ]
    : [`, ${editsIn(words)}: `, { words, whole: true }];

function editsIn(words: readonly WordRun[]): string {
  const { length } = words.filter(({ kind }) => kind !== 'same');
  return `${length} ${length === 1 ? 'edit' : 'edits'}`;
}

const row = ({ field, was, now, loud }: FieldChange, offer: string | undefined, values: readonly Part[]): Row => ({
  mark: was === undefined ? '+' : now === undefined ? '-' : '~',
  ...(loud && { loud }),
  parts: [...(offer === undefined ? [] : [text(offer), ' ']), text(field), ...values],
});
