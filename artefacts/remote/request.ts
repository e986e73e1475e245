/** Plans how an approved endpoint is asked: only from the verified manifest, and the values that it lets users give. */
import { headerSetBy } from '../../core/header-names.ts';
import { expandPlaceholders, placeholdersIn } from '../../core/placeholders.ts';
import { remoteHosts } from '../../core/remote-rules.ts';
import { credentialOf } from '../../core/secret-inputs.ts';
import { secretName } from '../../schemas/launcher.ts';
import type { HeaderInput, Manifest, NamedArgument, RemoteVariable } from '../../schemas/types.ts';
import { placeArguments } from '../launch/place-arguments.ts';
import type { LaunchProblem } from '../launch/program.ts';

/** Where requests go, and what each of them carries. Never print the headers: they may hold secrets. */
export interface EndpointRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type PlannedRequest =
  | { readonly ok: true; readonly request: EndpointRequest }
  | { readonly ok: false; readonly problems: readonly LaunchProblem[] };

/** What the user gave: words such as `--workspace=example`, and secrets by the names that `secretName` gives them. */
export interface GivenValues {
  readonly words: readonly string[];
  readonly secrets: Readonly<Record<string, string | undefined>>;
}

/** Plans the requests, or lists everything that the user must give or leave out. */
export function planRequest(manifest: Manifest, { words, secrets }: GivenValues): PlannedRequest {
  const { remote } = manifest;
  if (remote === undefined) throw new TypeError(`${manifest.name} is no endpoint`);
  const { headers = [], variables = [] } = remote;
  const asked = [...variables, ...headers.filter(({ value }) => value === undefined)];
  const placed = placeArguments(
    { ...manifest, launch: { arguments: asked.filter(({ secret }) => secret !== true).map(optionOf) } },
    { os: '', given: words, environment: {}, stateFolder: '', resolvePath: (path) => path },
  );
  const problems: LaunchProblem[] = [
    ...placed.problems,
    ...refusedHeaders(headers, remote.authorization !== undefined),
  ];
  const known = new Map<string, string>();
  for (const input of asked) {
    const value = input.secret === true ? secrets[secretName(input.name)] || undefined : placed.values.get(input.name);
    if (value !== undefined && !inHeader.test(value))
      problems.push({ message: `${input.name} has a value that no header can carry`, remedy: 'use visible ASCII' });
    else if (value !== undefined) known.set(input.name, value);
    else if (input.default !== undefined) known.set(input.name, input.default);
    else if (input.secret === true && input.required === true) problems.push(missingSecret(manifest, input));
  }
  const sent = headers.flatMap(({ name, value }) => {
    const lacks = value !== undefined && placeholdersIn(value).some((each) => !known.has(each));
    const text = value === undefined ? known.get(name) : expandPlaceholders(value, (each) => known.get(each) ?? '');
    return lacks || text === undefined ? [] : [[name, text] as const];
  });
  const url = expandPlaceholders(remote.url, (name) => inAddress(variables, name, known.get(name) ?? ''));
  if (problems.length === 0 && !isBounded(url, remote))
    problems.push({
      message: 'the address that these values make is not one that was approved',
      remedy: 'give values that are parts of an address',
    });
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, request: { url, headers: Object.fromEntries(sent) } };
}

const optionOf = ({ name, description, required, choices, format, default: preset }: Asked): NamedArgument => ({
  type: 'named',
  name: `--${name}`,
  description,
  ...(required !== undefined && { required }),
  ...(choices !== undefined && { choices }),
  ...(format !== undefined && { format }),
  ...(preset !== undefined && { default: preset }),
});

type Asked = HeaderInput | RemoteVariable;

/** What an HTTP field can hold (RFC 9110, 5.5), without what a proxy might read in another way. */
const inHeader = /^[!-~](?:[ -~]*[!-~])?$/u;

/** A choice was reviewed where it stands. What else a user gives is one part of the address, and changes no other. */
const inAddress = (variables: readonly RemoteVariable[], name: string, value: string): string =>
  variables.find((each) => each.name === name)?.choices === undefined ? encodeURIComponent(value) : value;

function isBounded(address: string, remote: Parameters<typeof remoteHosts>[0]): boolean {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  // A part such as `..` would be taken away, with another one.
  if (url.pathname.split('/').length !== pathOf(address).split('/').length) return false;
  return remoteHosts(remote).includes(`${url.hostname}:${url.port === '' ? '443' : url.port}`);
}

const pathOf = (address: string): string => /^https:\/\/[^/?#]*([^?#]*)/u.exec(address)?.[1] || '/';

/** `validate` refuses such a manifest. It is checked again here, because another program may have made the approval. */
const refusedHeaders = (headers: readonly HeaderInput[], hasToken: boolean): LaunchProblem[] =>
  headers.flatMap(({ name }) => {
    const by = hasToken && name.toLowerCase() === 'authorization' ? 'whoever signs in' : headerSetBy(name);
    return by === undefined
      ? []
      : [{ message: `the header ${name} is set by ${by}`, remedy: 'no manifest may declare it' }];
  });

function missingSecret(manifest: Manifest, { name, description }: Asked): LaunchProblem {
  const { source, scope } = credentialOf(manifest, secretName(name)) ?? {};
  const command = `run \`countersign credentials set ${manifest.name} ${secretName(name)}\``;
  return {
    message: `${name} is missing: ${description}`,
    remedy:
      source === undefined
        ? command
        : `${command}; you get it from ${JSON.stringify(source)}, and it must allow ${JSON.stringify(scope)}`,
  };
}
