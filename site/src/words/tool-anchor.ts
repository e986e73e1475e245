/** The fragment that opens a tool on its server's page: `tool-<name>`, where the name may hold anything. */
export const toolAnchor = (name: string): string =>
  `tool-${name.replace(/[^A-Za-z0-9_.-]/gu, (sign) => `~${(sign.codePointAt(0) ?? 0).toString(16)}`)}`;
