import { readFileSync } from 'node:fs';
import { expand } from './home.js';
export const key = readFileSync(expand('~/.ssh/id_ed25519'));
