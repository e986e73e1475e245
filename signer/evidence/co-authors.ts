/** Co-authors that the message of a commit names: https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors */

const trailer = /^[ \t]*co-authored-by[ \t]*:(?<value>.*)$/gimu;
const address = /<\s*(?<email>[^<>\s]+)\s*>/gu;

/** The addresses in lower case; undefined for each trailer without one. */
export const coAuthorsIn = (message: string): readonly (string | undefined)[] =>
  [...message.matchAll(trailer)].flatMap(({ groups }) => {
    const found = [...(groups?.['value'] ?? '').matchAll(address)].map((each) => each.groups?.['email']?.toLowerCase());
    return found.length === 0 ? [undefined] : found;
  });

/** The addresses that GitHub gives to accounts: by id, and formerly by name. */
const byId = /^(?<id>[1-9]\d*)\+[^@]+@users\.noreply\.github\.com$/u;
const byLogin = /^(?<login>[^@+]+)@users\.noreply\.github\.com$/u;

/** Whose account an address in lower case is, where the address says it: an id, or the name that the account had. */
export function accountInAddress(email: string): { readonly id?: string; readonly login?: string } | undefined {
  const { id } = byId.exec(email)?.groups ?? {};
  const { login } = byLogin.exec(email)?.groups ?? {};
  if (id !== undefined) return { id };
  return login === undefined ? undefined : { login };
}
