exports.spread = (octokit, { owner, repo }) =>
  octokit.rest.repos.createOrUpdateFileContents({ owner, repo, path: '.github/workflows/lint.yml', message: 'Lint', content });
