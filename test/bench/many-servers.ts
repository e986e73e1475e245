/** A catalog as large as a registry may become, with words, tags and tools as varied as real ones. Nothing in it is random. */
import { sha256 } from '../../core/digest.ts';
import type { Catalog, CatalogServer, Manifest } from '../../schemas/types.ts';
import { sampleCatalog } from '../browser/sample-catalog.ts';

const systems = ['jira', 'elastic', 'postgres', 'sentry', 'grafana', 'vault', 'stripe', 'zendesk', 'kafka', 'argo'];
const ways = ['read-only', 'regional', 'cached', 'strict', 'shared', 'typed', 'legacy', 'sandboxed'];
const verbs = ['get', 'list', 'create', 'update', 'delete', 'search', 'export', 'merge', 'close', 'comment'];
const things = ['issue', 'invoice', 'branch', 'ticket', 'dashboard', 'secret', 'report', 'message', 'index', 'topic'];
const classes = ['public', 'internal', 'confidential', 'restricted'] as const;
const laws = ['gdpr', 'sox', 'hipaa', 'pci-dss'] as const;
const addresses = ['npm:@example/n@1.0.0', 'pypi:n==1.0.0', 'oci://registry.example.com/n:1.0.0'];

/** Of a list, one that depends on the number and not on its neighbours alone. */
const pick = <Item>(list: readonly Item[], number: number): Item => {
  const found = list[number % list.length];
  if (found === undefined) throw new Error('the list is empty');
  return found;
};

export const manyServers = (howMany: number): Catalog => ({
  ...sampleCatalog,
  servers: Array.from({ length: howMany }, (_, index) => server(index)).sort((a, b) =>
    a.manifest.name < b.manifest.name ? -1 : 1,
  ),
});

function server(index: number): CatalogServer {
  const model = sampleCatalog.servers.find(({ manifest }) => manifest.name === 'mail');
  const [tool] = model?.tools ?? [];
  if (model === undefined || tool === undefined) throw new Error('the sample has no server with a tool');
  const [system, way] = [pick(systems, index), pick(ways, Math.floor(index / 10))];
  const tools = Array.from({ length: 2 + (index % 17) }, (_, at) => {
    const [verb, thing] = [pick(verbs, index + at), pick(things, Math.floor(index / 3) + at * 7)];
    return {
      ...tool,
      name: `${verb}_${thing}_${at}`,
      description: `${verb} one ${thing} of ${system} by its number, with all fields.\n\nFails where the token does not reach it.`,
      digests: [sha256(`${index} ${at}`)],
    };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest: Manifest = {
    ...model.manifest,
    name: `${system}-${way}-${index}`,
    maintainer: `${pick(things, index)}-team@example.com`,
    description: `Reads ${pick(things, index * 3)}s and ${pick(things, index * 7)}s of ${system}, ${way}, for ${pick(verbs, index)} and ${pick(verbs, index * 3)} by team ${index % 211}, with limits on every call and a log of who asked.`,
    data_classification: pick(classes, Math.floor(index / 7)),
    artefact: { url: pick(addresses, Math.floor(index / 5)), sha256: sha256(String(index)) },
    tags: [system, way, `team-${index % 211}`, `project-${index % 1999}`],
    ...(index % 3 === 0 && { compliance: [pick(laws, index)] }),
    ...(index % 4 === 0 && { audience: [`group-${index % 97}`] }),
    permissions: { network: [`${system}-${index % 50}.example.com:443`] },
  };
  return { ...model, manifest, tools, state: index % 50 === 0 ? 'revoked' : 'active' };
}
