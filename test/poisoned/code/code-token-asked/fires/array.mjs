import { execFileSync } from 'node:child_process';
export const token = () => execFileSync('gh', ['auth', 'token'], { encoding: 'utf8' });
