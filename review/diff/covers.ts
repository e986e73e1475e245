/** Whether one permission holds all that another holds, so that the other adds nothing to it. */

/** Of `host:port`, with `*` for any port, `*` for any host and `*.` for any host below one. */
export function coversHost(wide: string, narrow: string): boolean {
  const [[wideHost, widePort], [host, port]] = [hostAndPort(wide), hostAndPort(narrow)];
  return (
    (widePort === '*' || widePort === port) &&
    (wideHost === '*' || wideHost === host || (wideHost.startsWith('*.') && host.endsWith(wideHost.slice(1))))
  );
}

function hostAndPort(permission: string): [host: string, port: string] {
  const colon = permission.lastIndexOf(':');
  return [permission.slice(0, colon), permission.slice(colon + 1)];
}

/** Of paths: a folder holds what is below it. What leads upwards is only what it is itself. */
export function coversPath(wide: string, narrow: string): boolean {
  const [folder, path] = [plain(wide), plain(narrow)];
  if (folder === path) return true;
  if ([folder, path].some((each) => each.split('/').includes('..'))) return false;
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Without what says nothing: `./` and slashes that stand twice or last. */
const plain = (path: string): string =>
  path
    .replaceAll(/\/+(?:\.\/+)*/gu, '/')
    .replace(/^\.\//u, '')
    .replace(/(?<=.)\/\.?$/u, '');
