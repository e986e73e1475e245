import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
const file = join(root, '.github', 'workflows', 'discussion.yaml');
await writeFile(file, steps);
