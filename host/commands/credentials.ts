import { didYouMean } from '../../core/did-you-mean.ts';
import { endingOf } from '../../core/exit.ts';
import { UsageError } from '../../core/failure.ts';
import { credentialOf, secretInputs, type SecretInput } from '../../core/secret-inputs.ts';
import type { Manifest } from '../../schemas/types.ts';
import type { CommandSpec } from '../command-line.ts';
import { askSecret } from '../credentials/ask.ts';
import { placeOf, type SecretSources } from '../credentials/find.ts';
import { openSecret } from '../credentials/secret.ts';
import { columns, print } from '../output.ts';
import { openServers, parseSpec } from './common.ts';
import { signInOf, signInWords, type SignInState } from './endpoint.ts';

/** `countersign credentials`: the secrets that servers are started with. None is ever shown. */
export const credentials: CommandSpec = {
  name: 'credentials',
  actions: ['set', 'list', 'remove'],
  words: '<server>',
  description: 'set, list or remove the secrets of a server, or the one named behind it',
  // A secret that was put behind the name is to be refused with its reason.
  count: [2, 1000],
  options: {
    file: { type: 'boolean', description: 'set: keep it in a file that only you can read, not in the keychain' },
  },
  run: async ({ words, options }) => {
    const [action = '', spec, name, ...more] = words;
    if (more.length > 0 || name?.includes('=') === true) throw onCommandLine;
    if (name !== undefined && !/^[A-Za-z_][A-Za-z0-9_]{0,99}$/u.test(name))
      throw new UsageError('that can be no name of a variable', usage);
    const run = actions.get(action);
    if (run === undefined)
      throw new UsageError(`credentials has no such action${didYouMean(action, actions.keys())}`, usage);
    await run({ spec, name, options });
  },
};

const usage = 'usage: countersign credentials set|list|remove <server> [name]';

const onCommandLine = new UsageError(
  'a secret may not stand on the command line: other programs and the history of the shell would have it',
  'replace it if it was real; type it when you are asked, or pass it on standard input',
);

interface Asked {
  readonly spec: string | undefined;
  readonly name: string | undefined;
  readonly options: Parameters<CommandSpec['run']>[0]['options'];
}

/** The secrets that an approved server declares, or the one that was asked for. */
async function declared({ spec, name, options }: Asked): Promise<{
  readonly manifest: Manifest;
  readonly inputs: readonly SecretInput[];
  readonly sources: SecretSources;
  readonly signIn: SignInState | undefined;
}> {
  const wanted = parseSpec(spec);
  const servers = await openServers(options);
  const server = await servers.registry.server(wanted.name, wanted.version);
  const manifest = server.approval.server;
  const all = secretInputs(manifest);
  const inputs = all.filter((input) => name === undefined || input.name === name);
  if (name !== undefined && inputs.length === 0)
    throw new UsageError(
      `${wanted.name} declares no secret of that name${didYouMean(
        name,
        all.map((input) => input.name),
      )}`,
      all.length === 0 ? 'it needs none' : `it declares ${all.map((input) => input.name).join(', ')}`,
    );
  const sources = servers.secretsOf(wanted.name);
  return { manifest, inputs, sources, signIn: await signInOf(servers, server) };
}

async function set(asked: Asked): Promise<void> {
  const { manifest, inputs, sources } = await declared(asked);
  const [input, ...others] = inputs;
  if (input === undefined) throw new UsageError(`${manifest.name} declares no secret`, 'it needs none');
  const { name } = input;
  if (others.length > 0)
    throw new UsageError(
      `${manifest.name} declares ${inputs.length} secrets: ${inputs.map((each) => each.name).join(', ')}`,
      `name one: countersign credentials set ${manifest.name} <name>`,
    );
  const mapped = sources.mapped.get(name);
  if (mapped !== undefined && (mapped.keychain === undefined || asked.options['file'] === true)) {
    const { words } = await placeOf(name, sources, process.env);
    throw new UsageError(
      `${name} comes from ${words}, so what is set here would not be used`,
      'put it there, or ask the people who manage this device',
    );
  }
  const where = asked.options['file'] === true ? 'file' : 'keychain';
  // Nobody is to type a secret in vain.
  if (where === 'keychain') await sources.kept.checkKeychain(name);
  const secret = openSecret(await askSecret(`${name} of ${manifest.name}`, process.stdin), 'standard input');
  if (mapped?.keychain === undefined) await sources.kept.keep(name, secret, where);
  else await (await sources.keychain()).set(mapped.keychain, secret);
  print(asked.options.json, { schemaVersion: 1, server: manifest.name, name, keptIn: where }, [
    `${name} of ${manifest.name} is kept in ${where === 'keychain' ? 'the keychain' : 'a private file'}`,
  ]);
}

async function list(asked: Asked): Promise<void> {
  const { manifest, inputs, sources, signIn } = await declared(asked);
  const found = [];
  for (const input of inputs) found.push(await describe(input, manifest, sources));
  const lines = found.flatMap(({ name, required, found: isFound, from, source, scope, problem }) => [
    `${name} (${required ? 'required' : 'optional'}): ${isFound ? 'found' : 'not found'}`,
    ...columns([
      ['  looked for in', from],
      ...(source === undefined ? [] : [['  you get it from', source]]),
      ...(scope === undefined ? [] : [['  it must allow', scope]]),
      ...(problem === undefined
        ? []
        : [
            ['  wrong', problem.message],
            ['  to do', problem.remedy],
          ]),
    ]),
  ]);
  print(
    asked.options.json,
    { schemaVersion: 1, server: manifest.name, credentials: found, ...(signIn !== undefined && { signIn }) },
    [
      ...(found.length === 0 ? [`${manifest.name} needs no secret`] : lines),
      ...(signIn === undefined
        ? []
        : [
            `signing in: ${signInWords(signIn)}`,
            ...(signIn.signedIn ? [] : [`  run \`countersign login ${manifest.name}\``]),
          ]),
    ],
  );
}

/** What is said of one secret: never the secret, and nothing that was made of it. */
async function describe(
  { name, required, description }: SecretInput,
  manifest: Manifest,
  sources: SecretSources,
): Promise<{
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly found: boolean;
  readonly from: string;
  readonly source?: string;
  readonly scope?: string;
  readonly problem?: { readonly code: string; readonly message: string; readonly remedy: string };
}> {
  const place = await placeOf(name, sources, process.env);
  const said = credentialOf(manifest, name);
  const about = { name, required, description, from: place.words };
  const source = said && { source: said.source, scope: said.scope };
  try {
    return { ...about, found: (await place.read()) !== undefined, ...source };
  } catch (error) {
    const { code, message, remedy } = endingOf(error);
    return { ...about, found: false, ...source, problem: { code, message, remedy } };
  }
}

/** Also of a server that is not approved any more. */
async function remove({ spec, name, options }: Asked): Promise<void> {
  const { name: server } = parseSpec(spec);
  const servers = await openServers(options);
  const { kept } = servers.secretsOf(server);
  const removed = [];
  for (const each of name === undefined ? await kept.names() : [name]) {
    const where = await kept.remove(each);
    if (where !== undefined) removed.push({ name: each, keptIn: where });
  }
  const words = removed.map((each) => each.name).join(', ');
  print(options.json, { schemaVersion: 1, server, removed }, [
    removed.length === 0 ? `nothing is kept here of ${server}` : `removed ${words} of ${server}`,
    ...((await servers.signInsOf(server).names()).length > 0
      ? [`somebody is still signed in: \`countersign logout ${server}\` ends that`]
      : []),
  ]);
}

const actions: ReadonlyMap<string, (asked: Asked) => Promise<void>> = new Map([
  ['set', set],
  ['list', list],
  ['remove', remove],
]);
