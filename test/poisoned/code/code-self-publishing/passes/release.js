// Publishes the package of this folder, as whoever starts it is told.
import { execFileSync } from 'node:child_process';
if (process.env.NPM_TOKEN === undefined) throw new Error('NPM_TOKEN is not set');
execFileSync('npm', ['publish', '--access', 'public'], { stdio: 'inherit' });
