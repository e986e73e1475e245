// A local program whose output is shown.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
const child = spawn('sh', ['-c', 'make all']);
child.stdout.pipe(process.stdout);
export const isOpen = (port) => new Promise((resolve) => connect(port, 'localhost').once('connect', () => resolve(true)));
