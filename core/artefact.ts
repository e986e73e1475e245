import type { Manifest } from '../schemas/types.ts';
import type { Fault } from './problem.ts';
import { normalPypiName } from './pypi-name.ts';

/** An artefact's address, taken apart. */
export type ArtefactReference =
  | { readonly kind: 'npm'; readonly name: string; readonly version: string }
  | { readonly kind: 'pypi'; readonly name: string; readonly version: string }
  | { readonly kind: 'oci'; readonly host: string; readonly path: string; readonly tag: string }
  | { readonly kind: 'mcpb'; readonly url: string }
  | { readonly kind: 'tarball'; readonly url: string }
  | { readonly kind: 'git'; readonly url: string; readonly commit: string };

const forms = {
  npm: /^npm:(?<name>(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)@(?<version>\d+\.\d+\.\d+[0-9A-Za-z.+-]*)$/u,
  pypi: /^pypi:(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)==(?<version>[0-9][0-9A-Za-z.!+-]*)$/u,
  oci: /^oci:\/\/(?<host>[a-z0-9.-]+(?::\d+)?)\/(?<path>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*):(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127})$/u,
  mcpb: /^https:\/\/[^\s?#@]+\.mcpb$/u,
  tarball: /^https:\/\/[^\s?#@]+\.(?:tgz|tar\.gz)$/u,
  git: /^git\+(?<url>https:\/\/[^\s?#@]+)#(?<commit>[0-9a-f]{40})$/u,
} as const;

/** Parses an address. Undefined if it does not name one exact artefact, but a range, an npm tag or a branch. */
export function parseArtefactUrl(url: string): ArtefactReference | undefined {
  for (const [kind, form] of Object.entries(forms) as [keyof typeof forms, RegExp][]) {
    const groups = form.exec(url)?.groups;
    switch (kind) {
      case 'npm':
      case 'pypi':
        if (groups?.name !== undefined && groups.version !== undefined)
          return { kind, name: groups.name, version: groups.version };
        break;
      case 'oci':
        if (groups?.host !== undefined && groups.path !== undefined && groups.tag !== undefined)
          return { kind, host: groups.host, path: groups.path, tag: groups.tag };
        break;
      case 'git':
        if (groups?.url !== undefined && groups.commit !== undefined)
          return { kind, url: groups.url, commit: groups.commit };
        break;
      case 'mcpb':
      case 'tarball':
        if (form.test(url)) return { kind, url };
        break;
      default:
        kind satisfies never;
    }
  }
  return undefined;
}

/**
 * The part that stays the same in every version: `npm:zod`, `oci://host/path`, a remote's address. For an https address
 * it is the whole address, because the version may be anywhere in it.
 */
export function artefactAddress({ artefact, remote }: Pick<Manifest, 'artefact' | 'remote'>): string | undefined {
  if (artefact === undefined) return remote?.url;
  const reference = parseArtefactUrl(artefact.url);
  switch (reference?.kind) {
    case 'npm':
    case 'pypi':
      return `${reference.kind}:${reference.name}`;
    case 'oci':
      return `oci://${reference.host}/${reference.path}`;
    case 'git':
      return `git+${reference.url}`;
    case 'mcpb':
    case 'tarball':
    case undefined:
      return artefact.url;
    default:
      return reference satisfies never;
  }
}

/** What may be an address of a package of another kind, and its name for people. */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [/^(?:pkg:)?nuget[:/]/iu, 'NuGet'],
  [/^(?:pkg:)?(?:cargo|crates?(?:\.io)?)[:/]/iu, 'Cargo'],
  [/^(?:pkg:)?(?:gem|rubygems?)[:/]/iu, 'RubyGems'],
  [/^(?:pkg:)?(?:golang|go)[:/]/iu, 'Go'],
  [/^(?:pkg:)?maven[:/]/iu, 'Maven'],
  [/^(?:pkg:)?composer[:/]/iu, 'Composer'],
  [/^(?:pkg:)?(?:brew|homebrew)[:/]/iu, 'Homebrew'],
  [/^(?:pkg:)?(?:deb|rpm|apk|conda|hex|pub|swift|cran|hackage)[:/]/iu, 'this other registry'],
];

/** How images and package URLs are written elsewhere, and how they are written here. */
const otherForms: readonly (readonly [RegExp, string])[] = [
  [/^(?:docker:|docker-image:|docker\.io\/|ghcr\.io\/|quay\.io\/|pkg:(?:docker|oci)\/)/iu, 'oci://<host>/<path>:<tag>'],
  [/^pkg:npm\//iu, 'npm:<name>@<exact version>'],
  [/^pkg:pypi\//iu, 'pypi:<name>==<version>'],
];

/** The problem with an address that does not name one exact artefact. */
export function artefactUrlProblem(url: string): Fault {
  const kind = otherKinds.find(([form]) => form.test(url))?.[1];
  if (kind !== undefined)
    return {
      code: 'artefact-kind',
      message: `${url} is a package of ${kind}, a kind of artefact that is not supported`,
      remedy:
        'find the same server as a package of npm or PyPI, as an image, a bundle or a git commit, or as an endpoint',
    };
  const form = otherForms.find(([other]) => other.test(url))?.[1];
  if (form !== undefined)
    return {
      code: 'artefact-url',
      message: `${url} is the address of an artefact in a form of another program`,
      remedy: `write it as ${form}`,
    };
  return {
    code: 'artefact-url',
    message: `${url} names no exact artefact`,
    remedy:
      'write npm:<name>@<exact version>, pypi:<name>==<version>, oci://<host>/<path>:<tag>, an https address that ends in .mcpb or .tgz, or git+https://…#<40 hex digits>',
  };
}

/** The package URL of an artefact (https://github.com/package-url/purl-spec): its name in signed statements. */
export function packageUrl(artefact: ArtefactReference, sha256: string): string {
  switch (artefact.kind) {
    case 'npm':
      return `pkg:npm/${artefact.name.replace('@', '%40')}@${encodeURIComponent(artefact.version)}`;
    case 'pypi':
      return `pkg:pypi/${normalPypiName(artefact.name)}@${encodeURIComponent(artefact.version)}`;
    case 'oci': {
      const repository = `${artefact.host}/${artefact.path}`;
      const name = artefact.path.split('/').at(-1) ?? artefact.path;
      return `pkg:oci/${name}@sha256%3A${sha256}?repository_url=${encodeURIComponent(repository)}&tag=${artefact.tag}`;
    }
    case 'git':
      return `pkg:generic/${fileName(artefact.url)}?vcs_url=${encodeURIComponent(`git+${artefact.url}@${artefact.commit}`)}`;
    case 'mcpb':
    case 'tarball':
      return `pkg:generic/${fileName(artefact.url)}?checksum=sha256:${sha256}&download_url=${encodeURIComponent(artefact.url)}`;
    default:
      return artefact satisfies never;
  }
}

const fileName = (url: string): string => encodeURIComponent(url.split('/').at(-1) ?? url);
