const fs = require('fs');
fs.writeFileSync(`${root}/.pre-commit-config.yaml`, 'repos:\n  - repo: https://git.example.invalid/a\n');
