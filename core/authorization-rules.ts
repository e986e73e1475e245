/** Where people sign in to an endpoint: what the schema cannot say about it. */
import type { Remote } from '../schemas/types.ts';
import type { Report } from './input-rules.ts';

/** Whoever names the authorization server decides where people are sent, and who sees what they type there. */
export function checkAuthorization({ authorization, headers = [] }: Remote, report: Report): void {
  if (authorization === undefined) return;
  const { issuer } = authorization;
  const url = URL.parse(issuer);
  // Otherwise two texts would stand for one server, and a reviewer would read another host than a browser opens.
  if (url === null || ![url.href, url.href.replace(/\/$/u, '')].includes(issuer))
    report(['remote', 'authorization', 'issuer'], {
      code: 'issuer-address',
      message: `the issuer ${url === null ? 'cannot be read' : `is not written as browsers write it, ${url.href}`}`,
      remedy: 'write it as `issuer` of its metadata has it: https://host or https://host/path, in lower case',
    });
  headers.forEach(({ name }, index) => {
    if (name.toLowerCase() === 'authorization')
      report(['remote', 'headers', index, 'name'], {
        code: 'header-of-sign-in',
        message: `${name} is what a person who signed in at remote.authorization is known by`,
        remedy: 'remove the header, or remote.authorization where the endpoint takes a token of its own',
      });
  });
}

/** Where people sign in, as host:port. */
export function issuerHost(issuer: string): string {
  const { hostname, port } = URL.parse(issuer) ?? { hostname: '*', port: '*' };
  return `${hostname}:${port === '' ? '443' : port}`;
}
