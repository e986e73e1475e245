import { spawn } from 'node:child_process';
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
export const add = (name) => spawn(npm, ['--prefix', folder, 'install', '--no-save', name]);
