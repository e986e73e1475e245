/**
 * Whether a URI may come from a URI template (RFC 6570). What stands between the expressions must be there as it is; an expression
 * stands for any text without a slash, and for any text where it expands to reserved characters (3.2.3) or to a path (3.2.6).
 */
export function matchesTemplate(template: string, uri: string): boolean {
  const [first = '', ...others] = template.split('{');
  if (!uri.startsWith(first)) return false;
  /** Offsets in the URI that the template can be at after the part before. */
  let offsets = new Set([first.length]);
  for (const part of others) {
    const end = part.indexOf('}');
    if (end === -1) return false;
    const wide = /^[+#/?&;.]/u.test(part);
    offsets = afterExpression(uri, offsets, part.slice(end + 1), wide);
  }
  return offsets.has(uri.length);
}

/** Goes through the URI once for each expression, so that no template takes longer than its length times that of the URI. */
function afterExpression(uri: string, offsets: ReadonlySet<number>, literal: string, wide: boolean): Set<number> {
  const next = new Set<number>();
  let open = false;
  for (let at = 0; at <= uri.length; at++) {
    open ||= offsets.has(at);
    if (open && uri.startsWith(literal, at)) next.add(at + literal.length);
    if (!wide && uri[at] === '/') open = false;
  }
  return next;
}
