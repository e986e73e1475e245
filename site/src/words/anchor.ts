/** The fragment of an entry, such as `tool-<name>`, where the name may hold anything. Two names never share one. */
export const anchorOf = (kind: string, name: string): string =>
  `${kind}-${name.replace(/[^A-Za-z0-9_.-]/gu, (sign) => `~${(sign.codePointAt(0) ?? 0).toString(16)}~`)}`;
