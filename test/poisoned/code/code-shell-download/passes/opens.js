// Opens an address in the user's browser, as a command line does.
import { spawn } from 'node:child_process';
export const open = (address) =>
  spawn('powershell', ['-NoProfile', '-EncodedCommand', Buffer.from(`Start "${address}"`, 'utf16le').toString('base64')]);
