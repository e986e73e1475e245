/** Compares addresses of repositories at a code host, which people write in several forms. */

/** Hosts where a path with more than two parts points to something inside a repository. */
const twoPartHosts: ReadonlySet<string> = new Set(['github.com']);

/** Whether two addresses name the same repository. Names must be equal as a whole; code hosts ignore case. */
export const isSameRepository = (a: string, b: string): boolean => {
  const [one, other] = [repositoryKey(a), repositoryKey(b)];
  return one !== undefined && one === other;
};

function repositoryKey(address: string): string | undefined {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') return undefined;
  const host = url.host.replace(/^www\./u, '');
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const end = twoPartHosts.has(host) ? 2 : parts.includes('-') ? parts.indexOf('-') : parts.length;
  const path = parts
    .slice(0, end)
    .join('/')
    .replace(/\.git$/u, '');
  return `${host}/${path}`.toLowerCase();
}
