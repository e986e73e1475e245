/** Servers of public lists as manifests of ours: what somebody would commit who imports them with little thought. */
import { stringify } from 'yaml';
import { sha256 } from '../../core/digest.ts';
import { readManifest } from '../../core/manifest.ts';
import { manifestPath } from '../../core/statement.ts';
import type { Problem } from '../../core/problem.ts';
import type { ArgumentHint, VariableHint } from '../../resolve/hints.ts';
import { readServerJson } from '../../resolve/server-json.ts';
import type { DescribedPackage } from '../../resolve/described-server.ts';
import type { ArgumentFacts, PackageFacts, Prose, ServerFacts, VariableFacts } from '../corpora/facts.ts';

/** What no list knows, and an organisation must say itself. */
const said = {
  maintainer: 'registry@example.com',
  scope: ['use:everything'],
  data_classification: 'internal',
  lawful_basis: 'legitimate_interests',
  reviewed_at: '2026-11-01',
  reviewers: ['registry@example.com'],
};
const nothingSaid = 'The list says nothing about it.';
/** Of an image without one. */
const defaultHost = 'containers.example.com';

/** What our reader says to a server of a list. */
export interface Verdict {
  readonly facts: ServerFacts;
  readonly text: string;
  /** None where the manifest is accepted. */
  readonly problems: readonly Problem[];
}

/** Writes a server as a manifest, and reads that. */
export function judge(facts: ServerFacts): Verdict {
  const manifest = toManifest(facts);
  const text = stringify(manifest);
  const read = readManifest(manifestPath(manifest.name), Buffer.from(text));
  return { facts, text, problems: read.ok ? [] : read.problems };
}

/**
 * The server once for each kind of artefact that its list offers, with that alone: an entry may have a package and an image.
 * `checkout` is what the first list calls unknown: a repository, and nothing that was published.
 */
export function waysToRun(facts: ServerFacts): ReadonlyMap<string, ServerFacts> {
  const { packages = [], remotes = [], ...rest } = facts;
  const ways = new Map<string, ServerFacts>();
  for (const each of packages) {
    const kind = { docker: 'oci', unknown: 'checkout' }[each.type] ?? each.type;
    ways.set(kind, { ...rest, packages: [...(ways.get(kind)?.packages ?? []), each] });
  }
  if (remotes.length > 0) ways.set('remote', { ...rest, remotes });
  return ways.size > 0 ? ways : new Map([['nothing', facts]]);
}

/** What kind of problem it is: its code, and the field where the schema says it. */
export function kindOf({ code, message }: Problem): string {
  const field = /^(?:[a-z_]+(?:\[\d+\])?)(?:\.[a-z_]+(?:\[\d+\])?)*(?= (?:is|has|must) )/u.exec(message)?.[0];
  return fromSchema.has(code) ? `${code} ${field?.replaceAll(/\[\d+\]/gu, '[]') ?? ''}`.trim() : code;
}

const fromSchema = new Set(['missing-field', 'wrong-type', 'not-allowed', 'wrong-form', 'out-of-bounds']);

/** Of no type of ours: whether it is a manifest is the question. */
function toManifest(facts: ServerFacts): Readonly<Record<string, unknown>> & { readonly name: string } {
  const packages = (facts.packages ?? []).map((each) => ({ ...each, artefact: artefactOf(each) }));
  const chosen = packages.find((each) => each.artefact !== undefined) ?? packages[0];
  const artefact = chosen?.artefact;
  const document = readServerJson(documentOf(facts));
  const described = chosen === undefined ? undefined : document.packages[packages.indexOf(chosen)];
  const remote = document.remotes[0]?.remote;
  const variables = described?.variables ?? [];
  const alternatives = [
    ...packages.filter((each) => each !== chosen).flatMap((each) => each.artefact?.url ?? []),
    ...(facts.remotes ?? []).slice(artefact === undefined ? 1 : 0).map(({ url }) => url),
  ].filter((address) => !address.startsWith('http:'));
  return {
    name: slug(facts.name.slice(facts.name.indexOf('/') + 1)),
    ...(facts.title !== undefined && { title: prose(facts.title) }),
    version: chosen?.version ?? facts.version ?? tagOf(chosen) ?? '0',
    description: prose(facts.description ?? nothingSaid),
    ...(facts.repository !== undefined && { repository: facts.repository.replace(/^github:/u, 'https://github.com/') }),
    ...(facts.tags !== undefined && { tags: facts.tags.map(slug) }),
    ...(facts.name.includes('/') && { upstream: facts.name }),
    ...said,
    ...(alternatives.length > 0 && { alternatives }),
    ...(artefact !== undefined && { artefact }),
    ...(artefact === undefined && remote !== undefined && { remote }),
    ...(described !== undefined && { launch: launchOf(described) }),
    credentials: variables
      .filter(({ secret }) => secret)
      .map(({ name }) => ({ environment: name, source: nothingSaid, scope: nothingSaid })),
    permissions: {
      ...(facts.network !== undefined && { network: facts.network }),
      ...(facts.volumes !== undefined && { filesystem: { write: facts.volumes.map(prose) } }),
      environment: variables.map(({ name }) => name),
    },
    ...(facts.tools !== undefined && { tools: { allow: facts.tools } }),
  };
}

/** Nothing where we know no such packages. A digest that the list does not have is made up: the lock would say it. */
function artefactOf(each: PackageFacts): { readonly url: string; readonly sha256: string } | undefined {
  const url = addressOf(each);
  return url === undefined ? undefined : { url, sha256: each.sha256 ?? sha256(url) };
}

function addressOf(each: PackageFacts): string | undefined {
  switch (each.type) {
    case 'npm':
      return `npm:${each.id}@${each.version ?? ''}`;
    case 'pypi':
      return `pypi:${each.id}==${each.version ?? ''}`;
    case 'oci':
    case 'docker': {
      const image = each.id.replace(/@sha256:.*$/u, '').replace(/:[^/]*$/u, '');
      // A first part with a dot or a colon is a host.
      const address = /^[^/]*[.:][^/]*\//u.test(image) ? image : `${defaultHost}/${image}`;
      return `oci://${address}:${tagOf(each) ?? each.version ?? 'latest'}`;
    }
    case 'mcpb':
      return each.id;
    default:
      return undefined;
  }
}

const tagOf = (each: PackageFacts | undefined): string | undefined =>
  /:(?<tag>[^/:@]+)(?:@|$)/u.exec(each?.id ?? '')?.groups?.tag;

const launchOf = ({ arguments: words, variables, transport }: DescribedPackage): unknown => ({
  arguments: words.map(argumentOf),
  environment: variables.map(inputOf),
  ...(transport !== undefined && { transport }),
});

const argumentOf = ({ fixed, ...hint }: ArgumentHint): unknown =>
  fixed === undefined
    ? { type: hint.name.startsWith('-') ? 'named' : 'positional', ...inputOf(hint) }
    : { type: 'fixed', value: fixed };

const inputOf = ({ description, ...hint }: VariableHint | ArgumentHint): object => ({
  ...hint,
  description: description ?? nothingSaid,
});

/** A server of a list as the MCP registry has one today. */
const documentOf = ({ packages = [], remotes = [] }: ServerFacts): object => ({
  packages: packages.map(({ type, id, version, arguments: words, environment, runtime, transport }) => ({
    ...{ registryType: type, identifier: id, version, transport },
    packageArguments: words?.map(wordOf),
    runtimeArguments: runtime?.map(wordOf),
    environmentVariables: environment?.map(variableOf),
  })),
  remotes: remotes.map(({ transport, url, headers, variables = [] }) => ({
    ...{ type: transport, url },
    headers: headers?.map(({ value, ...header }) => ({
      ...variableOf(header),
      ...(value !== undefined && { value: prose(value) }),
    })),
    variables: Object.fromEntries(variables.map((variable) => [variable.name, variableOf(variable)])),
  })),
});

const variableOf = ({ name, description, preset, required, secret }: VariableFacts): object => ({
  ...{ name, isRequired: required, isSecret: secret },
  ...(description !== undefined && { description: prose(description) }),
  ...(preset !== undefined && { default: prose(preset) }),
});

const wordOf = ({ option, place, description, value, placeholder, required }: ArgumentFacts): object => ({
  ...(option === undefined ? { type: 'positional', valueHint: place } : { type: 'named', name: option }),
  ...(description !== undefined && { description: prose(description) }),
  ...(value !== undefined && { value: placeholder === true ? '<value>' : prose(value) }),
  isRequired: required,
});

/** Words in lower case, with hyphens between them. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');

/** In the extract prose is but a length. */
const prose = (text: Prose): string => (typeof text === 'number' ? 'a'.repeat(text) : text);
