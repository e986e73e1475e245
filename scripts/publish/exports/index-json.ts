/** index.json: every server with its versions, states and digests, and where each file lies, for scripts. */
import { launcherWords, wordsToAdd } from '../../../schemas/launcher.ts';
import type { RegistryIndex } from '../../../schemas/types.ts';
import type { ServerExport } from './export.ts';
import { jsonText, withList } from '../json-text.ts';
import { currentVersion } from './runnable.ts';

const paths: RegistryIndex['paths'] = {
  record: 'servers/{name}.json',
  page: 'servers/{name}/',
  bundle: 'approvals/{sha256}.json',
  manifest: 'manifests/{sha256}.yaml',
  lock: 'locks/{sha256}.json',
};

export const indexJson: ServerExport = {
  partOf: (server, { shown }) => {
    const { record } = server;
    const { assurance, server: manifest } = server.current.approval.statement.predicate;
    const add = wordsToAdd(manifest);
    const entry: RegistryIndex['servers'][number] = {
      name: record.name,
      version: record.version,
      state: currentVersion(server).state,
      ...(record.title !== undefined && { title: record.title }),
      description: record.description,
      maintainer: record.maintainer,
      dataClassification: record.dataClassification,
      assurance,
      ...(manifest.audience !== undefined && { audience: manifest.audience }),
      ...(record.artefact !== undefined && { artefact: record.artefact }),
      run: { argv: launcherWords(record.name, shown.environment), ...(add.length > 0 && { add }) },
      versions: record.versions,
    };
    return jsonText(entry);
  },
  filesOfAll: (parts, { url, shown: { id, name, environment } }) => {
    const head: Omit<RegistryIndex, 'servers'> = { schemaVersion: 1, registry: { id, name, environment, url }, paths };
    return [['index.json', withList(head, 'servers', parts)]];
  },
};
