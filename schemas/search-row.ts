/** What the list and the search show of a server: made here alone, for the pages and for search.json. */
import type { CatalogServer, Manifest, SearchRow } from './types.ts';

/** As many as tell one tool from another; more would make search.json several times as large. */
const maxAboutCharacters = 80;

export function searchRow({ manifest, state, capture, tools, versions }: CatalogServer): SearchRow {
  const { name, title = name, description, maintainer, tags = [], audience = [] } = manifest;
  return {
    name,
    title,
    description,
    maintainer,
    tags: eachOnce(tags),
    tools: tools.map((tool) => {
      const about = beginning(tool.description);
      return { name: tool.name, ...(about !== '' && { about }) };
    }),
    ...(capture !== undefined && { capture }),
    dataClassification: manifest.data_classification,
    artefactType: artefactType(manifest),
    audience: eachOnce(audience),
    compliance: eachOnce(manifest.compliance ?? []),
    backends: manifest.backends ?? [],
    reach: reach(manifest),
    state,
    changedOn: versions
      .flatMap(({ approvedAt, lifecycle }) => [approvedAt.slice(0, 10), lifecycle?.since ?? ''])
      .reduce((last, day) => (day > last ? day : last), ''),
  };
}

/** A manifest may say a tag twice; a server is counted once. */
const eachOnce = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/** The first sentence in one line, cut between characters. */
function beginning(text: string): string {
  // No more of a long text is looked at than can be shown.
  const [sentence = ''] = text
    .trim()
    .slice(0, 8 * maxAboutCharacters)
    .split(/(?<=[.!?])\s|\n\s*\n/u, 1);
  const characters = [...sentence.replace(/\s+/gu, ' ')];
  return characters.length <= maxAboutCharacters
    ? characters.join('')
    : `${characters.slice(0, maxAboutCharacters - 1).join('')}…`;
}

function artefactType({ artefact, remote }: Manifest): SearchRow['artefactType'] {
  if (remote !== undefined || artefact === undefined) return 'remote';
  const { url } = artefact;
  if (url.startsWith('npm:')) return 'npm';
  if (url.startsWith('pypi:')) return 'pypi';
  if (url.startsWith('oci:')) return 'oci';
  if (url.startsWith('git+')) return 'git';
  return url.endsWith('.mcpb') ? 'mcpb' : 'tarball';
}

function reach({ permissions, remote }: Manifest): SearchRow['reach'] {
  const { read = [], write = [] } = permissions?.filesystem ?? {};
  // The address may have variables in it, so that it is no URL yet.
  const elsewhere = /^https?:\/\/(?<host>[^/?#]+)/u.exec(remote?.url ?? '')?.groups?.['host'];
  return {
    network: permissions?.network ?? [],
    files: write.length > 0 ? 'write' : read.length > 0 ? 'read' : 'none',
    ...(elsewhere !== undefined && { elsewhere }),
  };
}
