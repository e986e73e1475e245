/** Somebody's address: a name without slashes and colons, and a host. */
const mailAddress = /^(?<name>[^\s/:@]+)(?<host>@[a-z][^\s/:@]*)$/u;

/**
 * Splits a name or an address where a line may break: after slashes and underscores, and after dots between words; a mail
 * address before its host.
 */
export function lineParts(text: string): string[] {
  const { name, host } = mailAddress.exec(text)?.groups ?? {};
  if (name !== undefined && host !== undefined) return [name, host];
  return text.split(/(?<=[/_])(?![/_]|$)|(?<=\.)(?=[a-z])/u);
}
