const { execFileSync, execSync } = require('child_process');
exports.versions = () => [execFileSync('npm', ['--version']), execSync('npx --version'), execSync('pip --version')];
exports.folder = () => execSync('npm root -g').toString().trim();
exports.own = () => execSync('npm run install-check');
exports.here = () => execSync('npx --no-install tsc');
