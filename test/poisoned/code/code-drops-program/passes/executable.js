// What a packing program does: the file is made executable, nothing is started.
const { chmodSync, writeFileSync } = require('fs');
exports.write = (file, text) => { writeFileSync(file, `#!/usr/bin/env node\n${text}`); chmodSync(file, 0o755); };
