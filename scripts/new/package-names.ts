/** What a package calls itself, in the words of this registry. */
import { faultIn } from './fields.ts';

/** `@modelcontextprotocol/server-memory` → `memory`, `modelcontextprotocol-memory`; `@example/mcp` → `example` */
export function suggestedNames(packageName: string): string[] {
  const plain = (part: string): string =>
    part
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .replaceAll(/^(?:mcp-|server-)+|(?:-mcp|-server)+$|^-|-$/gu, '');
  const [scope = '', own] = packageName.startsWith('@')
    ? packageName.slice(1).split('/').map(plain)
    : ['', plain(packageName)];
  const says = own !== undefined && !/^(?:mcp|server|)$/u.test(own);
  const names = [...(says ? [own] : [scope]), ...(says && scope !== '' ? [`${scope}-${own}`] : [])];
  return names.filter((name) => faultIn('name', name) === undefined);
}

/** `git+https://github.com/example/example.git` → `https://github.com/example/example` */
export function webAddress(repository: string | undefined): string | undefined {
  const address = repository
    ?.replace(/^git\+/u, '')
    .replace(/^ssh:\/\/git@|^git:\/\//u, 'https://')
    .replace(/\.git$/u, '');
  return address?.startsWith('https://') ? address : undefined;
}

/** The likeliest first: what is named as the package is, as npm itself chooses, then what says mcp or server. */
export function byLikeness(commands: readonly string[], packageName: string): string[] {
  const plain = packageName.slice(packageName.indexOf('/') + 1);
  const rank = (command: string): number =>
    command === plain
      ? 0
      : command.includes(plain) || plain.includes(command)
        ? 1
        : /mcp|server/u.test(command)
          ? 2
          : 3;
  return commands.toSorted((a, b) => rank(a) - rank(b));
}
