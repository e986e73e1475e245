/** revocations.json: every version that hosts refuse or warn about, with the reason, for dashboards and scripts. It is not signed. */
import type { ServerExport } from './export.ts';
import { jsonText, withList } from '../json-text.ts';

export const revocations: ServerExport = {
  partOf: ({ record: { name, versions } }) => {
    const ended = versions.flatMap(({ version, state, bundle, lifecycle }) =>
      state === 'active' ? [] : [jsonText({ name, version, state, bundle, ...lifecycle })],
    );
    return ended.length === 0 ? undefined : ended.join(',');
  },
  filesOfAll: (parts, { shown }) => [
    ['revocations.json', withList({ registry: shown.id, schemaVersion: 1 }, 'versions', parts)],
  ],
};
