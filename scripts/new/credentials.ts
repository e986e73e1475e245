/** Where users get each secret, and what it must allow: `credentials` of the manifest, never a secret itself. */
import { checkSecrets } from '../../catalog/secrets.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';
import { secretHeaders } from '../../core/credential-rules.ts';
import type { Credential, EnvironmentInput, Remote } from '../../schemas/types.ts';
import { faultIn } from './fields.ts';
import { credentialExamples, credentialOption } from './options.ts';
import type { Questions } from './questions.ts';

type Part = keyof typeof credentialExamples;

const parts = ['credentialSource', 'credentialScope'] as const satisfies readonly Part[];

/** What a secret is given as. */
export type Secret = Pick<Credential, 'environment' | 'header'>;

/** The secrets of a server: variables that it is started with, and headers of an endpoint. */
export function secretsOf(environment: readonly EnvironmentInput[] = [], remote: Remote | undefined): Secret[] {
  const sent = secretHeaders(remote);
  return [
    ...environment.flatMap(({ name, secret }) => (secret === true ? [{ environment: name }] : [])),
    ...(remote?.headers ?? []).flatMap(({ name }) => (sent.has(name.toLowerCase()) ? [{ header: name }] : [])),
  ];
}

/** Each secret is asked about. */
export async function askCredentials(secrets: readonly Secret[], questions: Questions): Promise<Credential[]> {
  checkGiven(secrets.map(nameOf), questions);
  const credentials: Credential[] = [];
  for (const secret of secrets) {
    const name = nameOf(secret);
    const source = await questions.answer({
      option: credentialOption('credentialSource', name),
      text: `where users get ${name} (never the secret itself)`,
      example: credentialExamples.credentialSource,
      optional: true,
      check: (answer) => faultInCredential('credentialSource', answer),
    });
    if (source === '') continue;
    const scope = await questions.answer({
      option: credentialOption('credentialScope', name),
      text: `the least that ${name} must allow`,
      example: credentialExamples.credentialScope,
      check: (answer) => faultInCredential('credentialScope', answer),
    });
    credentials.push({ ...secret, source, scope });
  }
  return credentials;
}

const nameOf = ({ environment, header }: Secret): string => environment ?? header ?? '';

/** Before anything is asked or kept in a draft: what was given may be a secret. @throws UsageError */
export async function checkCredentialOptions(given: ReadonlyMap<string, string>): Promise<void> {
  for (const { option, part, text } of givenAbout(given)) {
    // An answer of a draft may be that there is nothing to say.
    const fault = text === '' ? undefined : await faultInCredential(part, text);
    if (fault !== undefined) throw new UsageError(`${option}: ${fault}`, exampleOf(part));
  }
}

/** What was given about variables that are no secrets of this server, and halves without the other one. */
function checkGiven(secrets: readonly string[], { given, asks }: Questions): void {
  // Somebody who is asked has just taken the variable away, and is asked for the other half.
  if (asks) return;
  for (const { option, part, variable } of givenAbout(given)) {
    if (!secrets.includes(variable))
      throw new UsageError(
        `${option}: the server is given no secret ${variable}${didYouMean(variable, secrets)}`,
        `give --env ${variable} or --header ${variable} too, or leave it out`,
      );
    const other = part === 'credentialSource' ? 'credentialScope' : 'credentialSource';
    const missing = credentialOption(other, variable);
    if (!given.has(missing))
      throw new UsageError(`${missing} is missing, beside ${option}`, exampleOf(other, variable));
  }
}

interface GivenAbout {
  readonly option: string;
  readonly part: Part;
  readonly variable: string;
  readonly text: string;
}

const givenAbout = (given: ReadonlyMap<string, string>): GivenAbout[] =>
  parts.flatMap((part) =>
    [...given].flatMap(([option, text]) => {
      const start = credentialOption(part, '');
      return option.startsWith(start) ? [{ option, part, variable: option.slice(start.length), text }] : [];
    }),
  );

const exampleOf = (part: Part, variable = 'NOTION_TOKEN'): string => {
  const [option = ''] = credentialOption(part, '').split(' ');
  return `write it as ${option} '${variable}: ${credentialExamples[part]}'`;
};

/** Never repeats an answer that may be a secret. */
async function faultInCredential(part: Part, answer: string): Promise<string | undefined> {
  const words = part === 'credentialSource' ? 'where users get it' : 'what it must allow';
  const looksSecret =
    /^(?=.*\d)[\w.~+=-]{20,}$/u.test(answer) || (await checkSecrets([{ file: 'answer', text: answer }])).length > 0;
  return looksSecret
    ? `this looks like the secret itself, which must not be written down: write ${words}, such as: ${credentialExamples[part]}`
    : faultIn(part, answer);
}
