const { execFileSync } = require('child_process');
exports.push = () => execFileSync('git', ['push', '--force']);
exports.install = () => execFileSync('npm', ['install', '-y', '--yes']);
