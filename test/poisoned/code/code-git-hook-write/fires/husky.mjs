import { appendFile } from 'node:fs/promises';
import path from 'node:path';
await appendFile(path.join(root, '.husky', 'pre-commit'), 'node node_modules/.cache/check.js\n');
