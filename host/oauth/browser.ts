import { execFile } from 'node:child_process';
import { isSecure } from './fetch.ts';

/**
 * Opens an address in the person's browser, where one is there: the address is shown too. It is one word of a command line, and no
 * shell reads it.
 */
export function openBrowser(address: string, start: typeof execFile = execFile): void {
  // A system opens other schemes with other programs.
  if (!isSecure(address)) return;
  const [program, ...words] = openers.get(process.platform) ?? ['xdg-open'];
  const child = start(program, [...words, new URL(address).href], { windowsHide: true }, () => undefined);
  child.unref();
}

const openers: ReadonlyMap<NodeJS.Platform, readonly [string, ...string[]]> = new Map([
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
]);
