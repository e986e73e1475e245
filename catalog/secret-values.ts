/** Credentials by their place: in an address, or as the value of an input that is named like one. */
import type { Manifest } from '../schemas/types.ts';

export type Path = readonly (string | number)[];

/** Every string of a value, with its path. */
export function stringsIn(value: unknown, path: Path = []): (readonly [Path, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => stringsIn(item, [...path, key]));
}

/** Where addresses carry a password, or a token in their query. */
export function addressesWithSecrets({ artefact, remote, launch, repository, homepage }: Manifest): Path[] {
  return stringsIn({ artefact, remote, launch, repository, homepage }).flatMap(([path, string]) =>
    string.includes('://') && /[?@#]/u.test(string) && carriesSecret(string) ? [path] : [],
  );
}

function carriesSecret(text: string): boolean {
  const [address = ''] = /[a-z][a-z0-9+.-]*:\/\/\S+/iu.exec(text) ?? [];
  if (!URL.canParse(address)) return false;
  const { username, password, search, hash } = new URL(address);
  if (isNoExample(decoded(password)) || (username.length >= 16 && isNoExample(decoded(username)))) return true;
  const fields = [...new URLSearchParams(search), ...new URLSearchParams(hash.slice(1))];
  return fields.some(([name, value]) => value.length >= 6 && isCredentialName(name) && isNoExample(value));
}

/** `user:password@` says where to put what. */
const isNoExample = (text: string): boolean => isValue(text) && !credentialWord.test(text.toLowerCase());

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A value that stands where a user should give a credential of their own. */
export interface GivenCredential {
  readonly path: Path;
  /** What the input or option is called. */
  readonly name: string;
}

export function givenCredentials({ launch, remote }: Manifest): GivenCredential[] {
  const found: GivenCredential[] = [];
  const report = (path: Path, name: string): void => void found.push({ path, name });
  const words = launch?.arguments ?? [];
  words.forEach((word, index) => {
    const path = ['launch', 'arguments', index];
    if (word.type !== 'fixed') {
      if (asksForSecret(word)) report([...path, 'default'], word.name);
      return;
    }
    const { name, value } = /^--?(?<name>[A-Za-z][\w.-]*)=(?<value>.*)$/su.exec(word.value)?.groups ?? {};
    if (name !== undefined && isCredentialName(name) && isValue(value ?? '')) report([...path, 'value'], `--${name}`);
    const before = words[index - 1];
    const option =
      before?.type === 'fixed' ? /^--?(?<name>[A-Za-z][\w.-]*)$/u.exec(before.value)?.groups?.name : undefined;
    if (option !== undefined && isCredentialName(option) && !word.value.startsWith('-') && isValue(word.value))
      report([...path, 'value'], `--${option}`);
  });
  (launch?.environment ?? []).forEach((input, index) => {
    if (asksForSecret(input)) report(['launch', 'environment', index, 'default'], input.name);
  });
  (remote?.headers ?? []).forEach((header, index) => {
    for (const field of ['value', 'default'] as const)
      if (asksForSecret({ ...header, ...givesAccess(header), default: header[field] }))
        report(['remote', 'headers', index, field], header.name);
  });
  (remote?.variables ?? []).forEach((variable, index) => {
    if (asksForSecret(variable)) report(['remote', 'variables', index, 'default'], variable.name);
  });
  return found;
}

interface Input {
  readonly name: string;
  readonly secret?: boolean;
  readonly default?: string | undefined;
}

/** Its name does not say so, but its value is always a credential (RFC 9110, 11.6.2). */
const givesAccess = ({ name }: Input): Pick<Input, 'secret'> =>
  /^(?:x-)?authorization$/iu.test(name) ? { secret: true } : {};

const asksForSecret = ({ name, secret, default: preset }: Input): boolean =>
  preset !== undefined && (secret === true || isCredentialName(name)) && isValue(preset);

const credentialWord =
  /(?:token|secret|password|passwd|passphrase|credential|apikey)s?$|^(?:keys?|pwd|pat|sig|signature)$/u;
/** What keys may be that are no secret. */
const openKey = /^(?:public|primary|foreign|sort|partition|cache|hot|group|object|shortcut)$/u;

/** Whether the last word of a name says that its value is a credential: `NOTION_TOKEN`, `apiKey`, not `MAX_TOKENS`. */
function isCredentialName(name: string): boolean {
  const words = name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, '_')
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter((word) => word !== '');
  const [before = '', last = ''] = [words.at(-2), words.at(-1)];
  // A number of tokens is a limit, of keys a list.
  if (/^(?:max|min|num|number|limit|total)$/u.test(before)) return false;
  return credentialWord.test(last) && !openKey.test(before);
}

/** Whether a text may be a credential, and not a switch, a place to put one, or the folder of one. */
const isValue = (text: string): boolean =>
  text !== '' &&
  !/^(?:true|false|yes|no|on|off|none|null|0|1)$/iu.test(text) &&
  !/\$\{[^}]*\}|^<[^>]*>$|^\{[^}]*\}$|^(?:your|example|placeholder|changeme|redacted|x{3,}|\*{3,})/iu.test(text);
