/** An endpoint: what the schema cannot say about its address, its headers and its variables. */
import type { HeaderInput, Remote, RemoteVariable } from '../schemas/types.ts';
import { checkAuthorization } from './authorization-rules.ts';
import { didYouMean } from './did-you-mean.ts';
import { headerSetBy } from './header-names.ts';
import { checkValues, type Path, type Report } from './input-rules.ts';
import { expandPlaceholders, placeholderFaults, placeholdersIn, type ReferenceRules } from './placeholders.ts';

/** Every contradiction within `remote`. */
export function checkRemote(remote: Remote, report: Report): void {
  checkHeaders(remote, report);
  checkVariables(remote, report);
  checkAddress(remote, report);
  checkAuthorization(remote, report);
}

const rulesOf = ({ variables = [] }: Remote, mayBeLeftOut: boolean): ReferenceRules => ({
  ...{ inputs: variables, declaredIn: 'remote.variables', state: false, mayBeLeftOut },
});

function checkHeaders(remote: Remote, report: Report): void {
  const declared = new Set<string>();
  (remote.headers ?? []).forEach((header, index) => {
    const { name, value, default: preset } = header;
    const path = ['remote', 'headers', index];
    const setBy = headerSetBy(name);
    if (setBy !== undefined)
      report([...path, 'name'], {
        code: 'header-not-yours',
        message: `${name} is set by ${setBy}`,
        remedy: 'remove it: no manifest may declare it',
      });
    if (declared.has(name.toLowerCase()))
      report([...path, 'name'], {
        code: 'declared-twice',
        message: `${name} is declared twice`,
        remedy: 'keep one of them',
      });
    declared.add(name.toLowerCase());
    checkNoSecret(path, header, report);
    const idle = value === undefined ? [] : givenByUser.filter((field) => header[field] !== undefined);
    if (idle.length > 0)
      report([...path, 'value'], {
        code: 'header-with-value',
        message: `${name} always has its value, and has ${idle.join(' and ')} too`,
        remedy: `remove ${idle.join(' and ')}, or the value; what a user gives belongs under remote.variables`,
      });
    checkValues(path, header, report);
    for (const fault of placeholderFaults(value ?? '', rulesOf(remote, header.required !== true)))
      report([...path, 'value'], fault);
    for (const [field, text] of [
      ['default', preset],
      ...(header.choices ?? []).map((each) => ['choices', each]),
    ] as const)
      if (placeholdersIn(text ?? '').length > 0)
        report([...path, field ?? ''], {
          code: 'placeholder-undeclared',
          message: `${name} has a placeholder in its ${field}`,
          remedy: 'write it in the value, as Bearer ${token}, and declare the variable under remote.variables',
        });
  });
}

/** What is secret has no value here: everybody can read a manifest. The message does not repeat it. */
function checkNoSecret(path: Path, input: HeaderInput | RemoteVariable, report: Report): void {
  if (input.secret !== true) return;
  const value = 'value' in input ? input.value : undefined;
  const fields = [
    ...(value !== undefined && placeholdersIn(value).length === 0 ? ['value'] : []),
    ...(['default', 'choices'] as const).filter((field) => input[field] !== undefined),
  ];
  for (const field of fields)
    report([...path, field], {
      code: 'secret-in-manifest',
      message: `${input.name} is a secret, and has a ${field === 'choices' ? 'list of values' : field} here`,
      remedy: 'take it away, and say under credentials where users get theirs',
    });
}

/** What is only of use where the user gives the value. */
const givenByUser = ['default', 'choices', 'format'] as const satisfies readonly (keyof HeaderInput)[];

function checkVariables(remote: Remote, report: Report): void {
  const declared = new Set<string>();
  const used = new Set([remote.url, ...(remote.headers ?? []).map(({ value = '' }) => value)].flatMap(placeholdersIn));
  (remote.variables ?? []).forEach((variable, index) => {
    const { name } = variable;
    const path = ['remote', 'variables', index];
    if (declared.has(name))
      report([...path, 'name'], {
        code: 'declared-twice',
        message: `${name} is declared twice`,
        remedy: 'keep one of them',
      });
    declared.add(name);
    if (!used.has(name))
      report([...path, 'name'], {
        code: 'variable-not-used',
        message: `\${${name}} stands neither in the address nor in a header${didYouMean(name, used)}`,
        remedy: 'remove the variable, or write it where its value belongs',
      });
    checkNoSecret(path, variable, report);
    checkValues(path, variable, report);
    for (const text of [variable.default ?? '', ...(variable.choices ?? [])])
      if (placeholdersIn(text).length > 0)
        report([...path, 'default'], {
          code: 'placeholder-nested',
          message: `a value of ${name} refers to another variable`,
          remedy: 'write each value as it is',
        });
  });
}

/**
 * Whoever names the host decides who gets the secrets and what agents are told. So only choices that a reviewer saw may
 * decide it, and each must be a plain part of a host's name.
 */
function checkAddress(remote: Remote, report: Report): void {
  const path = ['remote', 'url'];
  const { url, variables = [] } = remote;
  for (const fault of placeholderFaults(url, rulesOf(remote, false))) report(path, fault);
  if (/(?<!\$)\{[^}]*\}/u.test(url))
    report(path, {
      code: 'placeholder-form',
      message: 'braces in an address mean nothing without a dollar sign',
      remedy: 'write ${name}, and declare the variable under remote.variables',
    });
  const named = (text: string): RemoteVariable[] => variables.filter(({ name }) => placeholdersIn(text).includes(name));
  for (const { name } of named(url).filter(({ secret }) => secret === true))
    report(path, {
      code: 'secret-in-address',
      message: `\${${name}} is a secret, and addresses are logged`,
      remedy: 'send it in a header, if the endpoint takes it there',
    });
  const unbounded = named(authorityOf(url)).filter(
    ({ choices }) => choices?.every((choice) => partOfHost.test(choice)) !== true,
  );
  for (const { name, choices } of unbounded)
    report(path, {
      code: 'host-not-bounded',
      message: `\${${name}} decides which host gets the requests, and ${choices === undefined ? 'may be anything' : 'one of its choices is no part of the name of a host'}`,
      remedy:
        choices === undefined
          ? `write your own host into the address, or list the choices of ${name}`
          : 'use lower-case letters, digits, dots and hyphens in its choices',
    });
  if (unbounded.length > 0) return;
  const sample = expandPlaceholders(url, (name) => variables.find((each) => each.name === name)?.choices?.[0] ?? 'x');
  if (!URL.canParse(sample) || new URL(sample).username !== '' || new URL(sample).password !== '')
    report(path, {
      code: 'remote-address',
      message: 'the address cannot be read, or names a user',
      remedy: 'write it as https://host/path',
    });
}

/** More are never listed: somebody who reviews them cannot read them either. */
const maxHosts = 100;

/**
 * Every host that the requests may go to, as host:port. `*:*` where a variable that lists no choices decides it, or where
 * there are too many.
 */
export function remoteHosts({ url, variables = [] }: Remote): string[] {
  let authorities = [authorityOf(url)];
  for (const name of new Set(placeholdersIn(authorityOf(url)))) {
    const choices = variables.find((each) => each.name === name)?.choices;
    if (choices === undefined || choices.length * authorities.length > maxHosts) return ['*:*'];
    authorities = authorities.flatMap((authority) =>
      choices.map((choice) => authority.replaceAll(`\${${name}}`, () => choice)),
    );
  }
  return authorities.map((authority) => {
    const { hostname, port } = URL.parse(`https://${authority}`) ?? { hostname: '*', port: '*' };
    return `${hostname}:${port === '' ? '443' : port}`;
  });
}

const authorityOf = (url: string): string => /(?<=^https:\/\/)[^/?#]*/u.exec(url)?.[0] ?? '';

/** Neither the end of the host, nor a port, nor a user. */
const partOfHost = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/u;
