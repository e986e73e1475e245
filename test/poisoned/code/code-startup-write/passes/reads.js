import { readFileSync } from 'node:fs';
export const hasAlias = (home) => readFileSync(`${home}/.zshrc`, 'utf8').includes('alias tool=');
