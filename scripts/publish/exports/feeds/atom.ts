/** An Atom feed (RFC 4287). */
import { encodeKey } from '../../route.ts';
import type { ExportedRegistry } from '../export.ts';
import { maxEntries, newestFirst, type News } from './news.ts';
import { xmlText } from './xml-text.ts';

export interface Feed {
  /** Below `dist/`. */
  readonly path: string;
  readonly title: string;
  readonly news: readonly News[];
}

/** When a feed without entries was updated: RFC 4287 wants a date, and no build knows one. */
const never = '1970-01-01T00:00:00Z';

export function atomFeed({ path, title, news }: Feed, { url, shown }: ExportedRegistry): Uint8Array {
  const entries = [...news].sort(newestFirst).slice(0, maxEntries);
  return Buffer.from(
    [
      '<?xml version="1.0" encoding="utf-8"?>',
      '<feed xmlns="http://www.w3.org/2005/Atom">',
      // RFC 4287, 4.2.6: an id stays, also where the registry moves to another address.
      `<id>urn:countersign:feed:${xmlText(shown.id)}:${xmlText(encodeURIComponent(path))}</id>`,
      `<title>${xmlText(title)}</title>`,
      `<updated>${entries[0]?.updated ?? never}</updated>`,
      `<author><name>${xmlText(shown.name)}</name></author>`,
      `<link rel="self" type="application/atom+xml" href="${xmlText(`${url}/${encodeKey(path)}`)}"/>`,
      `<link rel="alternate" type="text/html" href="${xmlText(`${url}/`)}"/>`,
      ...entries.flatMap((entry) => entryLines(entry, url)),
      '</feed>',
      '',
    ].join('\n'),
  );
}

const entryLines = ({ id, updated, title, summary, server }: News, url: string): string[] => [
  '<entry>',
  `<id>${xmlText(id)}</id>`,
  `<title>${xmlText(title)}</title>`,
  `<updated>${updated}</updated>`,
  `<link rel="alternate" type="text/html" href="${xmlText(`${url}/servers/${encodeURIComponent(server)}/`)}"/>`,
  `<summary>${xmlText(summary)}</summary>`,
  '</entry>',
];
