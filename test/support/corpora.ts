/** Servers of public lists as manifests of ours: what somebody would commit who imports them with little thought. */
import { stringify } from 'yaml';
import { sha256 } from '../../core/digest.ts';
import { readManifest } from '../../core/manifest.ts';
import { manifestPath } from '../../core/statement.ts';
import type { Problem } from '../../core/problem.ts';
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
  const [remote] = facts.remotes ?? [];
  const variables = chosen?.environment ?? [];
  return {
    name: slug(facts.name.slice(facts.name.indexOf('/') + 1)),
    ...(facts.title !== undefined && { title: prose(facts.title) }),
    version: chosen?.version ?? facts.version ?? tagOf(chosen) ?? '0',
    description: prose(facts.description ?? nothingSaid),
    ...(facts.repository !== undefined && { repository: facts.repository.replace(/^github:/u, 'https://github.com/') }),
    ...(facts.tags !== undefined && { tags: facts.tags.map(slug) }),
    ...(facts.name.includes('/') && { upstream: facts.name }),
    ...said,
    ...(artefact !== undefined && { artefact }),
    ...(artefact === undefined && remote !== undefined && { remote: { url: remote.url, transport: remote.transport } }),
    ...(chosen !== undefined && { launch: launchOf(chosen.arguments ?? [], variables) }),
    credentials: variables
      .filter(({ secret }) => secret === true)
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

const launchOf = (words: readonly ArgumentFacts[], variables: readonly VariableFacts[]): unknown => ({
  arguments: words.map((word, index) => argumentOf(word, index)),
  environment: variables.map(({ name, description, preset, required, secret }) => ({
    name,
    description: prose(description ?? nothingSaid),
    ...(required === true && { required }),
    ...(secret === true && { secret }),
    ...(preset !== undefined && { default: prose(preset) }),
  })),
});

/** A word that stands for no other is fixed; an option may be given another value. */
function argumentOf(
  { option, place, description, value, placeholder, required }: ArgumentFacts,
  index: number,
): unknown {
  const preset = value === undefined || placeholder === true ? undefined : prose(value);
  if (option === undefined && preset !== undefined) return { type: 'fixed', value: preset };
  return {
    ...(option === undefined ? { type: 'positional', name: placeName(place, index) } : { type: 'named', name: option }),
    description: prose(description ?? nothingSaid),
    ...(required === true && { required }),
    ...(option !== undefined && value === undefined && { flag: true }),
    ...(preset !== undefined && { default: preset }),
  };
}

function placeName(place: string | undefined, index: number): string {
  const name = slug(place ?? '');
  return /^[a-z]/u.test(name) && name.length <= 64 ? name : `argument-${index + 1}`;
}

/** Words in lower case, with hyphens between them. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');

/** In the extract prose is but a length. */
const prose = (text: Prose): string => (typeof text === 'number' ? 'x'.repeat(text) : text);
