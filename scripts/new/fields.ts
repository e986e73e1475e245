/** A manifest that a program writes: what may stand in each field, and its text. */
import { stringify } from 'yaml';
import { readManifest, versionFault } from '../../core/manifest.ts';
import { placeholdersIn } from '../../core/placeholders.ts';
import { manifestPath } from '../../core/statement.ts';
import type { Credential, Manifest, Remote } from '../../schemas/types.ts';

/** A manifest with nothing wrong in it, to try the value of one field in. */
const sample = {
  name: 'sample',
  version: '1.0.0',
  maintainer: 'team@example.com',
  description: 'Shows what a field may hold.',
  scope: ['read:nothing'],
  data_classification: 'internal',
  lawful_basis: 'contract',
  reviewed_at: '2026-01-01',
  reviewers: ['team@example.com'],
  artefact: { url: 'npm:sample@1.0.0', sha256: '0'.repeat(64) },
} satisfies Manifest;

/** What to write in a field, with an example. */
const forms = {
  name: 'lower-case letters, digits and single hyphens, such as internal-postgres',
  version: 'the version of the artefact, such as 1.2.0',
  maintainer: 'an email address, such as data-platform@example.com',
  description: '10 to 500 characters, such as: Read-only access to the finance data warehouse.',
  license: 'an SPDX expression, such as Apache-2.0',
  upstream: 'its name in the official registry, such as io.github.example/postgres',
  repository: 'an https address, such as https://github.com/example/internal-postgres',
  scope: 'action:object, such as read:finance.*',
  reviewer: 'an email address, such as security@example.com',
  remote:
    'an https address; ${name} may stand in its path, and not in the name of its host, such as https://mcp.example.com/v1',
  remoteVersion: 'a version that does not move, such as 1.0.0',
  header: 'the name of a header that the protocol does not set itself, such as X-API-Key',
  issuer: '`issuer` of the metadata of its authorization server, such as https://login.example.com',
  alternative: 'the address of a package or an endpoint',
  host: 'host:port, such as api.notion.com:443',
  path: 'a path such as ~/notes, or ${directory} for the argument of that name',
  environment: 'the name of a variable that no program takes code from, such as NOTION_TOKEN',
  argument: 'a name such as directory, or an option such as --database',
  credentialSource: 'where users get it, in up to 500 characters, such as: The vault, under team/notion.',
  credentialScope: 'the least that it must allow, in up to 500 characters, such as: Read the pages of one team.',
  command: "the name of one of the package's commands, such as mcp-postgres",
} as const;

export type Form = keyof typeof forms;

const tried = (form: Form, value: string): Manifest => {
  switch (form) {
    case 'scope':
      return { ...sample, scope: [value] };
    case 'reviewer':
      return { ...sample, reviewers: [value] };
    case 'version':
      return { ...sample, version: value, artefact: { ...sample.artefact, url: 'https://example.com/sample.tgz' } };
    case 'remote':
      return remoteWith({ url: value, ...variablesOf(value) });
    case 'remoteVersion':
      return { ...remoteWith({}), version: value };
    case 'header':
      return remoteWith({ headers: [{ name: value, description: 'Any.' }] });
    case 'issuer':
      return remoteWith({ authorization: { issuer: value } });
    case 'alternative':
      return { ...sample, alternatives: [value] };
    case 'host':
      return { ...sample, permissions: { network: [value] } };
    case 'path':
      return { ...sample, permissions: { filesystem: { read: [value] } } };
    case 'environment':
      return {
        ...sample,
        launch: { environment: [{ name: value, description: 'Any.' }] },
        permissions: { environment: [value] },
      };
    case 'credentialSource':
      return withCredential({ source: value });
    case 'credentialScope':
      return withCredential({ scope: value });
    case 'argument':
      return {
        ...sample,
        launch: {
          arguments: [{ type: value.startsWith('-') ? 'named' : 'positional', name: value, description: 'Any.' }],
        },
      };
    case 'command':
      return { ...sample, launch: { command: value } };
    default:
      return { ...sample, [form]: value };
  }
};

function remoteWith(change: Partial<Remote>): Manifest {
  const { artefact: _, ...rest } = sample;
  return { ...rest, remote: { url: 'https://mcp.example.com', transport: 'sse', ...change } };
}

const variablesOf = (url: string): Pick<Remote, 'variables'> => {
  const names = [...new Set(placeholdersIn(url))];
  return names.length === 0 ? {} : { variables: names.map((name) => ({ name, description: 'Any.', required: true })) };
};

const withCredential = (said: Partial<Credential>): Manifest => ({
  ...sample,
  launch: { environment: [{ name: 'TOKEN', description: 'Any.', secret: true }] },
  permissions: { environment: ['TOKEN'] },
  credentials: [{ environment: 'TOKEN', source: 'Any.', scope: 'Any.', ...said }],
});

/** What is wrong with the value of a field, and what to write; nothing where it may stand there. */
export function faultIn(form: Form, value: string): string | undefined {
  const manifest = tried(form, value);
  const read = readManifest(manifestPath(manifest.name), Buffer.from(manifestText(manifest)));
  const isFine = read.ok && (!['version', 'remoteVersion'].includes(form) || versionFault(manifest) === undefined);
  return isFine ? undefined : `${JSON.stringify(value.slice(0, 100))} cannot stand here: write ${forms[form]}`;
}

/** Each word of a list. */
export const faultInList =
  (form: Form) =>
  (words: string): string | undefined =>
    wordsIn(words)
      .map((word) => faultIn(form, word))
      .find((fault) => fault !== undefined);

export const wordsIn = (text: string): string[] => text.split(/[\s,]+/u).filter((word) => word !== '');

export function manifestText(manifest: Manifest): string {
  const schema = '# yaml-language-server: $schema=../schemas/manifest.schema.json\n';
  return schema + stringify(manifest, { lineWidth: 120, singleQuote: true });
}
