/** What syft lists, as OSV names it: https://ossf.github.io/osv-schema/#defined-ecosystems */
import type { OsvVersion } from '../advisories/osv-service.ts';
import type { SyftAnswer, SyftPackage } from './syft-answer.ts';

/**
 * Nothing for what no ecosystem of OSV can be named for with certainty. Distributions give out advisories about sources, and a
 * package is built from one, which may have another name and another version.
 */
export function osvVersionOf(each: SyftPackage, system: SyftAnswer['system']): OsvVersion | undefined {
  const named = namedIn(each, system);
  return named !== undefined && isPlain(named.package.name) && /^\d/u.test(named.version) && isPlain(named.version)
    ? named
    : undefined;
}

function namedIn({ type, name, version, purl }: SyftPackage, system: SyftAnswer['system']): OsvVersion | undefined {
  switch (type) {
    case 'deb':
    case 'apk': {
      const ecosystem = ecosystemOf(type, system);
      const [source = name, ofSource = version] = upstreamIn(purl);
      return ecosystem === undefined ? undefined : { package: { ecosystem, name: source }, version: ofSource };
    }
    case 'go-module':
      return { package: { ecosystem: 'Go', name }, version: version.replace(/^(?:v|go)(?=\d)/u, '') };
    default:
      return undefined;
  }
}

/** An image of another distribution may have packages of the same form, which were built from other sources. */
function ecosystemOf(type: 'deb' | 'apk', system: SyftAnswer['system']): string | undefined {
  const { id, version = '' } = system ?? {};
  if (type === 'deb') return id === 'debian' && /^\d{1,3}$/u.test(version) ? `Debian:${version}` : undefined;
  const [, branch] = /^(\d{1,3}\.\d{1,3})\.\d{1,3}$/u.exec(version) ?? [];
  return id === 'alpine' && branch !== undefined ? `Alpine:v${branch}` : undefined;
}

/** The source in a package URL: `upstream=openssl@3.0.1`; the version is absent where it is the same. */
function upstreamIn(purl: string): readonly string[] {
  const upstream = new URLSearchParams(purl.split('#')[0]?.split('?')[1] ?? '').get('upstream') ?? '';
  return upstream === '' ? [] : upstream.split('@');
}

const isPlain = (word: string): boolean => /^[\w./~+:-]{1,250}$/u.test(word);
