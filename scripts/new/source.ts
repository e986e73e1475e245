/** Finds out where a server comes from: what somebody types, or an option names. */
import { parseArtefactUrl, type ArtefactReference } from '../../core/artefact.ts';
import { UsageError } from '../../core/failure.ts';
import { faultIn } from './fields.ts';
import type { Questions } from './questions.ts';

/** A package may be named without its version. */
export type Source =
  | { readonly kind: 'npm' | 'pypi'; readonly spec: string }
  | Exclude<ArtefactReference, { readonly kind: 'npm' | 'pypi' }>
  | { readonly kind: 'remote'; readonly url: string };

export const sourceKinds = ['npm', 'pypi', 'oci', 'mcpb', 'git', 'tarball', 'remote'] as const;

type SourceKind = (typeof sourceKinds)[number];

/** By kind: what is asked for, and an example. */
const asked: Readonly<Record<SourceKind, readonly [text: string, example: string]>> = {
  npm: ['the npm package that starts it', '@example/mcp-server or @example/mcp-server@1.2.0'],
  pypi: ['the Python package that starts it', 'example-mcp or example-mcp==1.2.0'],
  oci: ['the image, with its tag', 'oci://registry.example.com/mcp/postgres:1.2.0'],
  mcpb: ['the address of the bundle', 'https://example.com/postgres.mcpb'],
  git: ['the address of the repository, and a commit', `git+https://example.com/postgres.git#${'0'.repeat(40)}`],
  tarball: ['the address of the tarball', 'https://example.com/postgres-1.2.0.tgz'],
  remote: ['the https address of the endpoint', 'https://mcp.example.com/v1'],
};

/**
 * The source that the options name, or that is asked for.
 * @param lookUp whether it is there: what is wrong with it, else nothing. Only asked where somebody can answer again.
 * @throws UsageError
 */
export async function findSource(
  questions: Questions,
  lookUp: (source: Source) => Promise<string | undefined>,
): Promise<Source> {
  const { answer, asks, given } = questions;
  const faultOf = async (source: Source | string): Promise<string | undefined> =>
    typeof source === 'string' ? source : asks ? lookUp(source) : undefined;
  const [named, ...more] = sourceKinds.filter((kind) => given.has(`--${kind}`));
  const word = given.get('artefact');
  if (more.length > 0 || (named !== undefined && word !== undefined))
    throw new UsageError(
      `${[named, ...more].map((kind) => `--${kind}`).join(' and ')}${word === undefined ? '' : ` and ${word}`} name several artefacts`,
      'give one of them',
    );
  if (named !== undefined) {
    const [text, example] = asked[named];
    const check = (each: string): Promise<string | undefined> => faultOf(sourceOf(named, each));
    return sourceOf(named, await answer({ option: `--${named}`, text, example, check })) as Source;
  }
  const typed = await answer({
    option: 'artefact',
    text: 'the package, image or address of the server',
    example: '@example/mcp-server, pypi:example-mcp, oci://registry.example.com/mcp:1.2.0 or https://mcp.example.com',
    check: (each) => {
      const kinds = kindsOf(each);
      if (typeof kinds === 'string') return kinds;
      const [only, ...others] = kinds;
      return only === undefined || others.length > 0 ? undefined : faultOf(sourceOf(only, each));
    },
  });
  const kinds = kindsOf(typed) as readonly SourceKind[];
  const [only = 'npm', ...others] = kinds;
  const kind =
    others.length === 0
      ? only
      : await answer({
          option: '--npm or --pypi',
          text: `which registry has ${typed}`,
          allowed: kinds,
          // A package of another publisher may have the same name in another registry.
          check: (each) => faultOf(sourceOf(each as SourceKind, typed)),
        });
  return sourceOf(kind as SourceKind, typed) as Source;
}

/** What cannot be taken, by the word in front of it. */
const unknownKinds: ReadonlyMap<string, string> = new Map([
  ['nuget', 'NuGet'],
  ['cargo', 'cargo'],
  ['crate', 'cargo'],
  ['gem', 'RubyGems'],
  ['go', 'Go'],
  ['golang', 'Go'],
  ['maven', 'Maven'],
  ['jsr', 'JSR'],
  ['deno', 'Deno'],
]);

/** The kinds that a plain word may be: several where only a person knows; else what is wrong with it. */
export function kindsOf(word: string): readonly SourceKind[] | string {
  const { scheme = '', rest = word } = /^(?<scheme>[a-z][a-z+]*):(?<rest>.*)$/su.exec(word)?.groups ?? {};
  const unknown = unknownKinds.get(scheme);
  if (unknown !== undefined)
    return `${shown(word)} is a package of ${unknown}, which cannot be taken yet: write one of npm or PyPI, an image, or an address`;
  if (scheme === 'npm' || scheme === 'pypi') return [scheme];
  if (scheme === 'oci' || scheme === 'docker') return ['oci'];
  if (/^(?:git\+|git:|ssh:|git@)/u.test(word)) return ['git'];
  if (scheme === 'http') return `${shown(word)} is not https: write an https address`;
  if (scheme === 'https') {
    if (rest.endsWith('.mcpb')) return ['mcpb'];
    if (/\.(?:tgz|tar\.gz)$/u.test(rest)) return ['tarball'];
    return /\.git(?:#|$)|#[0-9a-f]{40}$/u.test(rest) ? ['git'] : ['remote'];
  }
  if (word.startsWith('@')) return ['npm'];
  if (/^[A-Za-z0-9._-]+==/u.test(word)) return ['pypi'];
  if (word.includes('/')) return ['oci'];
  if (/^[a-z0-9~-][a-z0-9._~-]*@/u.test(word)) return ['npm'];
  if (/^[A-Za-z0-9._~-]+$/u.test(word)) return ['npm', 'pypi'];
  return `${shown(word)} is no package, image or address: write npm:<name>, pypi:<name>, oci://<host>/<path>:<tag> or an https address`;
}

/** What is meant by a word of one kind; else what is wrong with it, and what to write. */
export function sourceOf(kind: SourceKind, word: string): Source | string {
  switch (kind) {
    case 'npm':
      return { kind, spec: word.replace(/^npm:/u, '') };
    case 'pypi': {
      const spec = word.replace(/^pypi:/u, '');
      return /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:==[0-9][0-9A-Za-z.!+-]*)?$/u.test(spec)
        ? { kind, spec }
        : `${shown(spec)} names no Python package: write its name, such as example-mcp or example-mcp==1.2.0`;
    }
    case 'oci':
      return imageOf(word.replace(/^(?:oci|docker):\/\//u, ''));
    case 'git':
      return commitOf(word.replace(/^git\+/u, ''));
    case 'mcpb':
    case 'tarball': {
      const reference = parseArtefactUrl(word);
      const ending = kind === 'mcpb' ? '.mcpb' : '.tgz or .tar.gz';
      return reference?.kind === kind
        ? reference
        : `${shown(word)} is no such address: write an https address without a query that ends in ${ending}`;
    }
    case 'remote':
      return faultIn('remote', word) ?? { kind, url: word };
    default:
      return kind satisfies never;
  }
}

function imageOf(image: string): Source | string {
  const [host = '', ...path] = image.split('/');
  if (image.includes('@sha256:'))
    return `${shown(image)} names a digest: write its tag, and the manifest pins the digest that the tag has now`;
  if (path.length === 0 || !/[.:]|^localhost$/u.test(host))
    return `${shown(image)} does not begin with the host of a registry: write it, such as docker.io/${image}`;
  if (path.at(-1)?.includes(':') !== true) return `${shown(image)} names no tag: write one, such as ${image}:1.2.0`;
  const reference = parseArtefactUrl(`oci://${image}`);
  return reference?.kind === 'oci' ? reference : `${shown(image)} names no image: write oci://<host>/<path>:<tag>`;
}

function commitOf(address: string): Source | string {
  const [url = '', ...fragments] = address.split('#');
  const commit = fragments.join('#');
  if (!url.startsWith('https://'))
    return `${shown(address)} is not https: write the https address of the repository, a # and a commit`;
  if (!/^[0-9a-f]{40}$/u.test(commit))
    return commit === ''
      ? `${shown(address)} names no commit: write # and its 40 hex digits behind the address`
      : `${shown(commit)} is no commit, and may stand for another one tomorrow: write the 40 hex digits that \`git ls-remote ${url} ${commit}\` prints`;
  const reference = parseArtefactUrl(`git+${url}#${commit}`);
  return reference?.kind === 'git'
    ? reference
    : `${shown(url)} names no repository: write an https address without a query`;
}

const shown = (word: string): string => JSON.stringify(word.slice(0, 100));
