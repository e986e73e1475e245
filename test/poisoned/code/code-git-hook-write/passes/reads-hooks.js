const { readFileSync } = require('fs');
exports.hooks = () => [readFileSync('.husky/pre-commit', 'utf8'), readFileSync('.pre-commit-config.yaml', 'utf8')];
