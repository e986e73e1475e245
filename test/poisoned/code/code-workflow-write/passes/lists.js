exports.workflows = (owner, repo) => fetch(`https://api.forge.example/repos/${owner}/${repo}/actions/workflows`);
exports.isIgnored = (path) => ['.github/workflows', '.gitlab-ci.yml'].some((each) => path.startsWith(each));
