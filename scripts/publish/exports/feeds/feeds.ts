/** Atom feeds: of everything, of what can no longer be relied on, and of each tag. */
import type { ExportedFile, ServerExport } from '../export.ts';
import { pathPart } from '../path-part.ts';
import { atomFeed, type Feed } from './atom.ts';
import { newsOf, type News } from './news.ts';

interface Part {
  readonly tags: readonly string[];
  readonly news: readonly News[];
}

export const feeds: ServerExport = {
  partOf: (server) => {
    const { tags = [] } = server.current.approval.statement.predicate.server;
    const part: Part = { tags: [...new Set(tags)], news: newsOf(server) };
    return JSON.stringify(part);
  },
  filesOfAll: function* (parts, registry) {
    const fileOf = (feed: Feed): ExportedFile => [feed.path, atomFeed(feed, registry)];
    const { name } = registry.shown;
    const read = parts.map((part) => JSON.parse(part) as Part);
    const all = read.flatMap(({ news }) => news);
    yield fileOf({ path: 'feed.xml', title: name, news: all });
    const security = all.filter((entry) => entry.security);
    yield fileOf({ path: 'feeds/security.xml', title: `${name}: revoked, withdrawn and deprecated`, news: security });
    for (const [tag, news] of newsByTag(read))
      yield fileOf({ path: `feeds/tags/${pathPart(tag)}.xml`, title: `${name}: ${tag}`, news });
  },
};

function newsByTag(parts: readonly Part[]): ReadonlyMap<string, readonly News[]> {
  const byTag = new Map<string, News[]>();
  for (const { tags, news } of parts)
    for (const tag of tags) {
      const all = byTag.get(tag) ?? [];
      all.push(...news);
      byTag.set(tag, all);
    }
  return byTag;
}
