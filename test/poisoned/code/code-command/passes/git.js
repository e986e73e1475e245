const { execFileSync } = require('node:child_process');
exports.head = () => execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
