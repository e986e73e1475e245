import { expect, test } from 'vitest';
import { anExportedRegistry, anExportedServer, exportedFiles } from '../../../../test/support/exported.ts';
import { readXml, type XmlElement } from '../../../../test/support/xml.ts';
import type { ExportedServer } from '../export.ts';
import { feeds } from './feeds.ts';

const feedOf = (servers: readonly ExportedServer[], path = 'feed.xml', registry = anExportedRegistry()): XmlElement =>
  readXml(exportedFiles(feeds, servers, registry).get(path) ?? '');
const all = (parent: XmlElement, name: string): XmlElement[] => parent.children.filter((child) => child.name === name);
const textOf = (parent: XmlElement, name: string): string | undefined => all(parent, name)[0]?.text;
const entries = (feed: XmlElement): XmlElement[] => all(feed, 'entry');
const titles = (feed: XmlElement): (string | undefined)[] => entries(feed).map((entry) => textOf(entry, 'title'));

const memoryFor = (reason: string): ExportedServer =>
  anExportedServer({
    manifest: {
      name: 'memory',
      version: '2.0.0',
      tags: ['graph', 'notes'],
      lifecycle: [
        {
          versions: ['1.0.0'],
          state: 'revoked',
          since: '2026-05-02',
          reason,
          advisory: 'MAL-2026-1',
        },
        {
          versions: ['1.1.0'],
          state: 'deprecated',
          since: '2026-05-01',
          reason: 'Old',
          sunset: '2026-12-01',
          replaced_by: 'graph',
        },
      ],
    },
    older: ['1.1.0', '1.0.0'],
    approvedAt: { '2.0.0': '2026-05-01T10:00:00Z', '1.1.0': '2026-04-01T10:00:00Z', '1.0.0': '2026-03-01T10:00:00Z' },
  });
const memory = memoryFor('It steals tokens');
const time = anExportedServer({
  manifest: { name: 'time', tags: ['clock'] },
  approvedAt: { '1.2.0': '2026-04-20T08:00:00Z' },
});

test('tells of every approval and every change of a state, the newest first', () => {
  const feed = feedOf([memory, time]);
  expect(titles(feed)).toEqual([
    'memory 1.0.0 is revoked',
    'memory 2.0.0 is approved',
    'memory 1.1.0 is deprecated',
    'time 1.2.0 is approved',
    'memory 1.1.0 is approved',
    'memory 1.0.0 is approved',
  ]);
  expect(textOf(feed, 'updated')).toBe('2026-05-02T00:00:00Z');
  expect(entries(feed).map((entry) => textOf(entry, 'summary'))).toContain('It steals tokens. Advisory: MAL-2026-1');
});

test('has what RFC 4287 asks of a feed and of each entry', () => {
  const feed = feedOf([memory, time]);
  expect(feed.attributes.get('xmlns')).toBe('http://www.w3.org/2005/Atom');
  for (const element of [feed, ...entries(feed)]) {
    for (const name of ['id', 'title', 'updated']) expect(all(element, name)).toHaveLength(1);
    expect(textOf(element, 'id')).toMatch(/^urn:[a-z0-9]+:[\x21-\x7e]+$/);
    expect(textOf(element, 'updated')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  }
  const [author] = all(feed, 'author');
  expect(author && textOf(author, 'name')).toBe('Example MCP registry');
  const self = all(feed, 'link').find(({ attributes }) => attributes.get('rel') === 'self');
  expect(self?.attributes.get('href')).toBe('https://mcp.example.com/feed.xml');
  const ids = entries(feed).map((entry) => textOf(entry, 'id'));
  expect(new Set(ids).size).toBe(ids.length);
});

test('ids stay when the registry moves, is renamed, or a reason is put in other words', () => {
  const idsOf = (feed: XmlElement): (string | undefined)[] =>
    [feed, ...entries(feed)].map((each) => textOf(each, 'id'));
  const moved = { ...anExportedRegistry({ name: 'Other' }), url: 'https://other.example.com' };
  expect(idsOf(feedOf([memory, time], 'feed.xml', moved))).toEqual(idsOf(feedOf([memory, time])));
  const states = ['1.0.0:revoked:2026-05-02', '1.1.0:deprecated:2026-05-01'];
  for (const reason of ['It steals tokens', 'It stole tokens'])
    expect(idsOf(feedOf([memoryFor(reason)], 'feeds/security.xml')).slice(1)).toEqual(
      states.map((state) => `urn:countersign:state:mcp.example.com:memory:${state}`),
    );
});

test('the order of servers changes nothing', () => {
  expect(exportedFiles(feeds, [time, memory]).get('feed.xml')).toBe(
    exportedFiles(feeds, [memory, time]).get('feed.xml'),
  );
});

test('one feed tells only of what can no longer be relied on', () => {
  expect(titles(feedOf([memory, time], 'feeds/security.xml'))).toEqual([
    'memory 1.0.0 is revoked',
    'memory 1.1.0 is deprecated',
  ]);
});

test('each tag has a feed', () => {
  expect(titles(feedOf([memory, time], 'feeds/tags/clock.xml'))).toEqual(['time 1.2.0 is approved']);
  expect(titles(feedOf([memory, time], 'feeds/tags/graph.xml'))).toHaveLength(5);
  expect([...exportedFiles(feeds, [memory, time]).keys()].sort()).toEqual(
    ['feed.xml', 'feeds/security.xml', ...['clock', 'graph', 'notes'].map((tag) => `feeds/tags/${tag}.xml`)].sort(),
  );
});

test('holds the newest hundred', () => {
  const older = Array.from({ length: 150 }, (_, index) => `0.0.${149 - index}`);
  const approvedAt = Object.fromEntries(
    older.map((version, index) => [
      version,
      `2026-03-01T00:00:${String(59 - Math.floor(index / 3)).padStart(2, '0')}Z`,
    ]),
  );
  const many = feedOf([anExportedServer({ older, approvedAt }), time]);
  expect(entries(many)).toHaveLength(100);
  expect(titles(many).slice(0, 2)).toEqual(['time 1.2.0 is approved', 'internal-postgres 1.2.0 is approved']);
});

test('a registry without servers has feeds without entries', () => {
  const feed = feedOf([]);
  expect(entries(feed)).toEqual([]);
  expect(textOf(feed, 'updated')).toBe('1970-01-01T00:00:00Z');
});

test('what contributors write is text, and cannot look like something else', () => {
  const hostile = anExportedServer({
    manifest: {
      description: '</summary><script>alert(1)</script> ]]> &amp; \u0000\u0008\ufffe \u202eevil\u2066 "quoted"',
      version: '1.0.0-<&>',
      tags: ['../../index'],
      lifecycle: [{ versions: '*', state: 'revoked', since: '2026-05-02', reason: '<![CDATA[<b>' }],
    },
  });
  const feed = feedOf([hostile]);
  const [revoked, approved] = entries(feed);
  expect(revoked && textOf(revoked, 'summary')).toBe('<![CDATA[<b>');
  expect(revoked && textOf(revoked, 'id')).toContain('1.0.0-%3C%26%3E');
  expect(approved && textOf(approved, 'title')).toBe('internal-postgres 1.0.0-<&> is approved');
  expect(approved && textOf(approved, 'summary')).toBe('</summary><script>alert(1)</script> ]]> &amp; evil "quoted"');
  expect([...exportedFiles(feeds, [hostile]).keys()]).toContain('feeds/tags/%2E.%2F..%2Findex.xml');
});
