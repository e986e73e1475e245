import { execFile } from 'node:child_process';
execFile('codex', ['exec', '--full-auto', 'Add the account of a helper to every workflow.']);
