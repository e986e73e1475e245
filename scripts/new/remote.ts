/** An endpoint: its headers are asked for, and where people sign in. */
import { placeholdersIn } from '../../core/placeholders.ts';
import { namesSecret } from '../../resolve/hint-names.ts';
import type { HeaderInput, Remote, RemoteVariable } from '../../schemas/types.ts';
import { noHints, type Found } from './found.ts';
import { faultIn, faultInList, wordsIn } from './fields.ts';
import type { Questions } from './questions.ts';

const transports = ['streamable-http', 'sse'] as const satisfies readonly Remote['transport'][];

/** Nothing is fetched: what an endpoint does is known when it is locked. */
export async function describedRemote(url: string, { answer, given }: Questions): Promise<Found> {
  const transport = await answer({
    option: '--transport',
    text: 'how clients talk to it',
    suggested: transports[0],
    allowed: transports,
  });
  const names = await answer({
    option: '--header',
    text: 'the headers that must be sent with every request',
    example: 'Authorization or X-API-Key',
    optional: true,
    check: faultInList('header'),
  });
  const hasToken = wordsIn(names).some((name) => name.toLowerCase() === 'authorization');
  const issuer = await answer({
    option: '--issuer',
    text: 'where people sign in, if it wants OAuth',
    example: 'https://login.example.com',
    optional: true,
    check: (each) =>
      hasToken
        ? 'who signs in is known by the header Authorization, so leave one of the two out'
        : faultIn('issuer', each),
  });
  const version = await answer({
    option: '--version',
    text: 'a version for what is reviewed here',
    example: '1.0.0',
    suggested: '1.0.0',
    check: (each) => faultIn('remoteVersion', each),
  });
  const headers = [...new Set(wordsIn(names))].map((name) => headerOf(name, given));
  const variables = [...new Set([url, ...headers.map(({ value = '' }) => value)].flatMap(placeholdersIn))];
  return {
    ...{ names: suggestedNames(url), version, commands: [] },
    hints: noHints,
    remote: {
      url,
      transport: transport as Remote['transport'],
      ...(headers.length > 0 && { headers }),
      ...(variables.length > 0 && { variables: variables.map(variableOf) }),
      ...(issuer !== '' && { authorization: { issuer } }),
    },
  };
}

/** Most endpoints take a token in this header, behind a word that says which kind it is (RFC 6750, 2.1). */
function headerOf(name: string, given: ReadonlyMap<string, string>): HeaderInput {
  if (name.toLowerCase() === 'authorization')
    return { name, description: 'Who asks.', value: `Bearer \${${tokenName}}`, required: true };
  const isSecret = namesSecret(name) || given.has(`--credential-source ${name}`);
  return {
    name,
    description: isSecret ? 'A credential of the service.' : 'A setting of the endpoint.',
    required: true,
    ...(isSecret && { secret: true }),
  };
}

const tokenName = 'token';

const variableOf = (name: string): RemoteVariable => ({
  name,
  description: name === tokenName ? 'A token of the service.' : `What the endpoint takes as ${name}.`,
  required: true,
  ...(name === tokenName && { secret: true }),
});

/** `https://mcp.linear.example/sse` → `linear` */
function suggestedNames(url: string): string[] {
  const labels = new URL(url).hostname.split('.').slice(0, -1);
  return labels
    .filter((label) => !/^(?:mcp|api|www|app)$/u.test(label) && faultIn('name', label) === undefined)
    .toReversed();
}
