/** Users and passwords by host, as curl, pip and uv read them from one file. */

export interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * The login for a host in the text of a `.netrc`. The entry `default` is passed over: it would go to hosts that nobody
 * thought of. Undefined if there is none.
 */
export function netrcLogin(text: string, host: string): Login | undefined {
  // A macro ends at an empty line, and may hold any words.
  const words = text
    .replaceAll(/^macdef\s[^]*?(?:\n\s*\n|$(?![^]))/gmu, '')
    .replaceAll(/^\s*#.*$/gmu, '')
    .split(/\s+/u)
    .filter((word) => word !== '');
  let matches = false;
  const found = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === 'machine') matches = words[++at] === host;
    else if (word === 'default') matches = false;
    else if (['login', 'account', 'password'].includes(word)) {
      const value = words[++at] ?? '';
      if (matches && !found.has(word)) found.set(word, value);
    }
  }
  const password = found.get('password');
  return password === undefined ? undefined : { user: found.get('login') ?? '', password };
}
