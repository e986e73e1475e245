/** GitHub's REST API, by its routes as its documentation writes them: `GET /repos/{owner}/{repo}/git/trees/{tree_sha}`. */
export interface GitHubClient {
  /** What one route answers. */
  readonly get: (route: string, parameters?: Readonly<Record<string, string | number>>) => Promise<unknown>;
  /** All pages of a list. */
  readonly list: (
    route: string,
    parameters: Readonly<Record<string, string | number>>,
    maxItems: number,
  ) => Promise<readonly unknown[]>;
}
