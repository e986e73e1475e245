/** Whether two addresses are of one repository at a code host, however people write them. */

/** Hosts on which a path of more than two parts leads into a repository. */
const twoPartHosts: ReadonlySet<string> = new Set(['github.com']);

/** Compares whole addresses: no part of a name stands for the name. Case counts on no code host. */
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
