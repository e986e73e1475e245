/** What `registry status` says to people. */
import { columns } from '../../host/output.ts';
import type { Publication } from '../../schemas/types.ts';
import type { PublishedState } from '../publish/published-state.ts';

/** Revocations that are named; of the rest, how many there are. */
const maxNamed = 5;

/** `audience` are the groups of a view. */
export function publicationLines(
  at: string,
  publication: Publication | undefined,
  audience: readonly string[] | undefined,
): string[] {
  const rows: [string, string][] = [['address', at]];
  if (audience !== undefined) rows.push(['view', `for ${audience.join(', ')}`]);
  const [newest, ...others] = publication?.generations ?? [];
  if (newest === undefined) rows.push(['generation', 'not known: publication.json cannot be read there']);
  else {
    const pages = newest.pagesOf === undefined ? '' : `, with the pages of generation ${newest.pagesOf}`;
    rows.push(['generation', `${newest.generation} of ${newest.publishedAt}${pages}`]);
    if (others.length > 0)
      rows.push([
        'ways back',
        others.map(({ generation, publishedAt }) => `${generation} of ${publishedAt}`).join(', '),
      ]);
  }
  return columns(rows);
}

export function stateLines({
  registry,
  environment,
  servers,
  notCarried,
  revoked,
  newest,
  signedAt,
  endings,
}: PublishedState): string[] {
  const named = revoked.slice(0, maxNamed).map(({ name, versions }) => `${name} ${[versions].flat().join(', ')}`);
  const more = revoked.length > maxNamed ? [`${revoked.length - maxNamed} more`] : [];
  return [
    ...columns([
      ['registry', `${registry} (${environment})`],
      [
        'servers',
        `${servers}${notCarried.length === 0 ? '' : `; ${notCarried.length} more are named and not carried`}`,
      ],
      ['revoked', named.length === 0 ? 'nothing' : [...named, ...more].join('; ')],
      ...(newest === undefined
        ? []
        : [['newest', `${newest.name} ${newest.version}, approved at ${newest.approvedAt}${at(newest.commit)}`]]),
      ['signed', signedAt],
    ]),
    '',
    ...columns(endings.map(({ what, end }) => [what, `ends at ${end}`])),
  ];
}

const at = (commit: string | undefined): string => (commit === undefined ? '' : `, commit ${commit}`);
