const { mkdirSync, writeFileSync } = require('fs');
mkdirSync('.github/workflows', { recursive: true });
writeFileSync('.github/workflows/format.yml', 'on: push\n');
