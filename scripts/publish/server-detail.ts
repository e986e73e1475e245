/** What only the pages of one server show: the schemas of its tools, its packages, and what changed between versions. */
import { loadedPackages } from '../../artefacts/loaded.ts';
import { labelOf } from '../../artefacts/part.ts';
import { isJsonObject } from '../../core/json.ts';
import type { Lock, ServerDetail } from '../../schemas/types.ts';
import { comparisonsOf } from './comparisons.ts';
import type { ExportedServer } from './exports/export.ts';

/** In characters: of one schema, and of all schemas of a server. The build keeps those of all servers in memory. */
const maxSchema = 10_000;
const maxSchemas = 60_000;
const maxPackages = 1_000;

export function serverDetail({ published: { name }, current, versions }: ExportedServer): ServerDetail {
  const lock = current.lock();
  const packages = [...new Set(loadedPackages(lock).map(labelOf))].sort();
  return {
    schemaVersion: 1,
    name,
    schemas: schemasOf(lock),
    packages: packages.slice(0, maxPackages),
    packagesLeft: Math.max(0, packages.length - maxPackages),
    comparisons: comparisonsOf(name, versions),
  };
}

/** As its page shows the rest of a tool: of the first definition. */
function schemasOf({ tools }: Lock): ServerDetail['schemas'] {
  let left = maxSchemas;
  return tools.flatMap(({ name, definitions }) => {
    const schema = definitions[0]?.definition['inputSchema'];
    if (!isJsonObject(schema)) return [];
    const text = JSON.stringify(schema);
    if (text.length > Math.min(left, maxSchema)) return [];
    left -= text.length;
    return [{ tool: name, text }];
  });
}

/** The pages of one server: its own, and one for each comparison of two versions. */
export const pagePaths = ({ name, comparisons }: ServerDetail): string[] => [
  `servers/${name}/index.html`,
  ...comparisons.map(({ path }) => `servers/${name}/compare/${path}/index.html`),
];
