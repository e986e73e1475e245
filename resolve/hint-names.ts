/** What names and examples in the documents of a package suggest. */

/** Whether the name of a variable or an option suggests a credential. Addresses of databases also contain credentials. */
export const namesSecret = (name: string): boolean =>
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|COOKIE|MNEMONIC|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH_?KEY|CONNECTION_?STRING)|(?:^|_)(?:KEY|PAT|PASS|DSN|AUTH|BEARER)$|(?:DATABASE|MONGO\w*|POSTGRES\w*|MYSQL|REDIS|DB)_UR[IL]$/iu.test(
    name.replaceAll('-', '_'),
  );

/** Words that a user must replace: a path, an address, `<your-key>`, `YOUR_KEY`, `${KEY}`. */
export const isExample = (word: string): boolean =>
  /[<>{}$]|^[~/.]|^[A-Za-z]:\\|:\/\/|your|\bpath\b|example|x{3,}|\.{3}|^(?:sk|pk|ghp|ntn|ctx7sk)[-_]/iu.test(word) ||
  /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/u.test(word);

/** A name in the form that a positional argument may have. */
export const plainName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '_')
    .replaceAll(/^[^a-z]+|[_-]+$/gu, '')
    .slice(0, 40) || 'value';
