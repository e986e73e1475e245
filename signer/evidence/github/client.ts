/** GitHub's REST API, by its routes as its documentation writes them: `GET /repos/{owner}/{repo}/git/trees/{tree_sha}`. */
import { composePaginateRest } from '@octokit/plugin-paginate-rest';
import { request } from '@octokit/request';
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

type Octokit = Parameters<typeof composePaginateRest.iterator>[0];

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
      // The plugin wants all of Octokit, and uses `request`.
      const octokit = { request: ask } as unknown as Octokit;
      const pages = composePaginateRest.iterator(octokit, route, { ...parameters, per_page: itemsOfPage });
      const reading = pages[Symbol.asyncIterator]();
      const items: unknown[] = [];
      const maxPages = Math.ceil(maxItems / itemsOfPage) + 1;
      for (let page = 1; ; page++) {
        const { done, value } = await unwrapped(reading.next());
        if (done === true) return items;
        const found: unknown = value.data;
        if (!Array.isArray(found)) throw noList(route);
        items.push(...(found as unknown[]));
        if (items.length > maxItems || page > maxPages) throw tooMany(route, maxItems);
      }
    },
  };
}

/**
 * What was thrown inside of a request, without what Octokit puts around it: its plugin takes an error for an empty list
 * where its status is 409, which the errors of the transport never look like.
 */
async function unwrapped<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    throw cause instanceof Failure || cause instanceof Refusal ? cause : error;
  }
}

const noList = (route: string): Refusal =>
  new Refusal(
    'E_EVIDENCE_ANSWER',
    `what GitHub answers to ${route} is no list`,
    "check the address of GitHub's API in the signer's configuration",
  );

const tooMany = (route: string, maxItems: number): Refusal =>
  new Refusal('E_TOO_LARGE', `GitHub lists more than ${maxItems} for ${route}`, 'make a smaller pull request');
