/** Adds an entry under `lifecycle` in a manifest's text; everything else stays as somebody wrote it. */
import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import { Failure } from '../core/failure.ts';
import type { LifecycleEntry } from '../schemas/types.ts';

/** The newest entry comes last. @throws Failure where `lifecycle` is no list */
export function withLifecycleEntry(text: string, entry: LifecycleEntry): string {
  const document = parseDocument(text);
  const lifecycle = document.get('lifecycle', true);
  const whole = text.endsWith('\n') || text === '' ? text : `${text}\n`;
  if (lifecycle === undefined || lifecycle === null) return `${whole}lifecycle:\n${asItems([entry], '  ')}`;
  if (!isSeq(lifecycle) || lifecycle.range === null || lifecycle.range === undefined)
    throw new Failure('no-list', 'lifecycle is no list', 'write it as one');
  const [start, end] = lifecycle.range;
  if (lifecycle.flow === true) {
    // On one line there is no room for one more: all of them are written out.
    const key = isMap(document.contents)
      ? document.contents.items.find((item) => String(item.key) === 'lifecycle')
      : undefined;
    if (key === undefined) throw new Failure('no-list', 'lifecycle is no list', 'write it as one');
    const entries = [...(lifecycle.toJSON() as LifecycleEntry[]), entry];
    return `${whole.slice(0, start).trimEnd()}\n${asItems(entries, '  ')}${whole.slice(end).replace(/^[ \t]*\n/u, '')}`;
  }
  const indent = whole.slice(whole.lastIndexOf('\n', start - 1) + 1, start).replace(/-.*$/su, '');
  return `${whole.slice(0, end).trimEnd()}\n${asItems([entry], indent)}${whole.slice(end)}`;
}

const asItems = (entries: readonly LifecycleEntry[], indent: string): string =>
  stringify(entries, { lineWidth: 0, defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' })
    .split('\n')
    .map((line) => (line === '' ? line : indent + line))
    .join('\n');
