/** GitHub's REST API, by its routes as its documentation writes them: `GET /repos/{owner}/{repo}/git/trees/{tree_sha}`. */
import { request } from '@octokit/request';
import { sameJson } from '../../../core/canonical.ts';
import { Failure } from '../../../core/failure.ts';
import { Refusal } from '../../../core/refusal.ts';
import { githubTransport, type TransportOptions } from './transport.ts';

type RouteParameters = Readonly<Record<string, string | number>>;

export interface GitHubClient {
  /** What one route answers. */
  readonly get: (route: string, parameters?: RouteParameters) => Promise<unknown>;
  /** All pages of a list. More than `maxItems` are refused. */
  readonly list: (route: string, parameters: RouteParameters, maxItems: number) => Promise<readonly unknown[]>;
}

const itemsOfPage = 100;

/** What its functions throw: Failure where GitHub does not answer, or not with this; Refusal E_TOO_LARGE, E_EVIDENCE_ANSWER. */
export function githubClient(options: TransportOptions): GitHubClient {
  const ask = request.defaults({
    baseUrl: options.api.replace(/\/$/u, ''),
    headers: {
      'user-agent': 'countersign-signer',
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    },
    request: { fetch: githubTransport(options) },
  });
  return {
    get: async (route, parameters = {}) => (await unwrapped(ask(route, parameters))).data,
    list: async (route, parameters, maxItems) => {
      const items: unknown[] = [];
      const maxPages = Math.ceil(maxItems / itemsOfPage) + 1;
      let before: unknown;
      for (let page = 1; ; page++) {
        const answer = await unwrapped(ask(route, { ...parameters, per_page: itemsOfPage, page }));
        const found: unknown = answer.data;
        if (!Array.isArray(found)) throw notAList(route, 'is no list');
        if (page > maxPages || (page > 1 && sameJson(found, before)))
          throw notAList(route, `has no end on page ${page}`);
        before = found;
        items.push(...(found as unknown[]));
        if (items.length > maxItems) throw tooMany(route, maxItems);
        // A full page has one after it, whether GitHub says so or not: what is missing could be a request for changes.
        if (found.length < itemsOfPage && !saysNext(answer.headers.link)) return items;
      }
    },
  };
}

/** Pages are asked for by their numbers. Where GitHub says that the next one is, nobody goes: it could be anywhere. */
const saysNext = (link: string | undefined): boolean => /;\s*rel="?next"?/iu.test(link ?? '');

/** What was thrown inside of a request, without what Octokit puts around it. */
async function unwrapped<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    throw cause instanceof Failure || cause instanceof Refusal ? cause : error;
  }
}

const notAList = (route: string, why: string): Refusal =>
  new Refusal(
    'E_EVIDENCE_ANSWER',
    `what GitHub answers to ${route} ${why}`,
    "check the address of GitHub's API in the signer's configuration, and GitHub's status page",
  );

const tooMany = (route: string, maxItems: number): Refusal =>
  new Refusal('E_TOO_LARGE', `GitHub lists more than ${maxItems} for ${route}`, 'make a smaller pull request');
