// Tells a person what to do.
const { execFileSync } = require('child_process');
exports.login = () => execFileSync('gh', ['auth', 'login'], { stdio: 'inherit' });
exports.hint = 'No token. Run `gh auth token` and put what it prints into GITHUB_TOKEN.';
exports.status = () => execFileSync('gh', ['auth', 'status']);
