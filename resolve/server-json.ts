/**
 * What a server.json of the MCP registry says (schema 2025-12-11 and older), in the words of a manifest. These are only
 * suggestions for the author of the manifest, and nothing relies on them.
 */
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { LaunchTransport } from '../schemas/types.ts';
import { isExample, plainName } from './hint-names.ts';
import type { ArgumentHint, VariableHint } from './hints.ts';
import type { DescribedPackage, ServerJson } from './described-server.ts';
import { isMount, meaningOf, type RuntimeWord } from './runtime-arguments.ts';
import { isRequired, objects, text, traits } from './server-json-input.ts';
import { readRemote } from './server-json-remote.ts';
import { onlyPart, templateOf, withVariables, type Reading } from './server-json-template.ts';

/** Nothing is believed to be there, or of a type: what does not fit is left out. */
export function readServerJson(document: unknown): ServerJson {
  if (!isJsonObject(document)) return { packages: [], remotes: [] };
  return {
    packages: objects(document.packages).map(readPackage),
    remotes: objects(document.remotes).flatMap((remote) => readRemote(remote) ?? []),
  };
}

function readPackage(each: JsonObject): DescribedPackage {
  const identifier = text(each.identifier) ?? text(each.name) ?? '';
  const reading: Reading = { variables: new Map(), notes: [] };
  for (const input of objects(each.environmentVariables ?? each.environment_variables)) readVariable(input, reading);
  const { own, ofRuntime } = splitCommand(each, identifier);
  const words = withNamesOfTheirOwn(own.flatMap((input) => readArgument(input, reading)));
  const runtime = meaningOf(
    runtimeOf(each),
    ofRuntime.flatMap((input) => runtimeWord(input, reading)),
    identifier,
  );
  for (const { name, value } of runtime.variables)
    if (!reading.variables.has(name)) reading.variables.set(name, ofContainer(name, value, ofRuntime));
  const transport = readTransport(each.transport, reading);
  return {
    ...{ address: addressOf(each, identifier), identifier },
    ...{ variables: [...reading.variables.values()], arguments: words },
    ...(transport !== undefined && { transport }),
    ...{ read: runtime.read, write: runtime.write },
    notes: [
      ...reading.notes,
      ...runtime.leftOut.map((what) => `left out: ${what}`),
      ...runtime.refused.map((what) => `refused: ${what}`),
    ],
  };
}

/**
 * The first entries of the registry wrote all of `docker run -i --rm -e NAME image word` under the package's arguments.
 * What stands there before the image is docker's.
 */
function splitCommand(
  each: JsonObject,
  identifier: string,
): { readonly own: readonly JsonObject[]; readonly ofRuntime: readonly JsonObject[] } {
  const own = objects(each.packageArguments ?? each.package_arguments);
  const ofRuntime = objects(each.runtimeArguments ?? each.runtime_arguments);
  const kind = text(each.registryType) ?? text(each.registry_name);
  const spelt = own.map((input) => text(input.name) ?? text(input.value));
  if (
    (kind !== 'oci' && kind !== 'docker') ||
    !spelt.some((word) => word === 'run' || word === '--rm' || word === '-i')
  )
    return { own, ofRuntime };
  const image = identifier.replace(/[:@][^/]*$/u, '');
  const at = own.findIndex((input) => text(input.value)?.replace(/[:@][^/]*$/u, '') === image);
  return {
    own: at === -1 ? [] : own.slice(at + 1),
    ofRuntime: [...ofRuntime, ...own.slice(0, at === -1 ? undefined : at)],
  };
}

/** An option that is named twice may be given twice. A word in its place gets a number. */
function withNamesOfTheirOwn(hints: readonly ArgumentHint[]): ArgumentHint[] {
  const unlike: ArgumentHint[] = [];
  for (const hint of hints) {
    const same = unlike.findIndex(({ name, fixed }) => fixed === undefined && name === hint.name);
    if (hint.fixed !== undefined || same === -1) unlike.push(hint);
    else if (hint.name.startsWith('-')) unlike[same] = { ...hint, repeated: true };
    else unlike.push({ ...hint, name: `${hint.name}${unlike.length + 1}` });
  }
  return unlike;
}

function addressOf(each: JsonObject, identifier: string): string {
  const kind = text(each.registryType) ?? text(each.registry_name) ?? '';
  const version = text(each.version) ?? 'latest';
  switch (kind) {
    case 'pypi':
      return `pypi:${identifier}==${version}`;
    case 'oci':
    case 'docker':
      return `oci://${identifier}${/:[^/]+$|@/u.test(identifier) ? '' : `:${version}`}`;
    case 'mcpb':
      return identifier;
    default:
      return `${kind}:${identifier}@${version}`;
  }
}

function readVariable(input: JsonObject, reading: Reading): void {
  const name = text(input.name);
  if (name === undefined) return;
  const value = text(input.value);
  const part = value === undefined ? undefined : onlyPart(value, input);
  const own = traits(name, part ?? input);
  if (value === undefined || part !== undefined || own.secret) {
    reading.variables.set(name, { name, ...own });
    return;
  }
  const isTemplate = templateOf(value, input).names.length > 0;
  const always = isTemplate ? withVariables(value, input, reading) : isExample(value) ? undefined : value;
  const { default: _, choices: __, ...rest } = own;
  reading.variables.set(name, {
    ...{ name, ...rest },
    // With one choice, no user can give another value. A choice refers to nothing.
    ...(always !== undefined && { default: always, ...(!isTemplate && { choices: [always] }) }),
  });
}

function readArgument(input: JsonObject, reading: Reading): ArgumentHint[] {
  const value = text(input.value);
  const isNamed = input.type === 'named';
  // The first entries of the registry wrote an option and its value as one name.
  const { option, behind } = /^(?<option>-\S*?)(?:[\s=]+(?<behind>.*))?$/su.exec(text(input.name) ?? '')?.groups ?? {};
  const name = isNamed
    ? optionName(option ?? text(input.name) ?? '')
    : plainName(text(input.name) ?? text(input.valueHint) ?? text(input.value_hint) ?? 'value');
  const given = isNamed && behind !== undefined ? behind : value === text(input.name) ? undefined : value;
  if (isNamed && value !== undefined && given === undefined) return [fixedWord(name)];
  if (given === undefined) return hasName(input) ? [inputHint(name, input)] : [];
  const part = onlyPart(given, input);
  if (part !== undefined) return [inputHint(name, part)];
  if (templateOf(given, input).names.length === 0 && (given.includes('{') || (isNamed && isExample(given))))
    return [inputHint(name, { ...input, isRequired: true })];
  const filled = withVariables(given, input, reading);
  if (!isNamed) return [fixedWord(filled)];
  return filled.startsWith('-') ? [fixedWord(`${name}=${filled}`)] : [fixedWord(name), fixedWord(filled)];
}

const hasName = (input: JsonObject): boolean =>
  [input.name, input.valueHint, input.value_hint].some((each) => text(each) !== undefined);

const fixedWord = (word: string): ArgumentHint => ({ name: word, fixed: word, required: true });

function inputHint(name: string, input: JsonObject): ArgumentHint {
  const { secret: _, ...hint } = traits(name, input);
  const repeated = (input.isRepeated ?? input.is_repeated) === true;
  return { name, ...hint, ...(repeated && name.startsWith('-') && { repeated }) };
}

const optionName = (name: string): string =>
  `${/^-[A-Za-z0-9]$/u.test(name) ? '-' : '--'}${name.replaceAll(/[^A-Za-z0-9._-]+/gu, '_').replace(/^-+/u, '') || 'value'}`;

const runtimeOf = (each: JsonObject): string => {
  const kind = text(each.registryType) ?? text(each.registry_name) ?? '';
  const usual = new Map([
    ['npm', 'npx'],
    ['pypi', 'uvx'],
    ['oci', 'docker'],
    ['docker', 'docker'],
  ]);
  return text(each.runtimeHint) ?? text(each.runtime_hint) ?? usual.get(kind) ?? kind;
};

/** What a mounted folder refers to is given by the user. */
function runtimeWord(input: JsonObject, reading: Reading): RuntimeWord[] {
  const value = text(input.value) ?? text(input.default);
  const name = text(input.name);
  if (input.type !== 'named') return value === undefined ? [] : [{ word: value }];
  if (name === undefined) return [];
  if (value === undefined) return [{ word: name }];
  return [{ word: name, value: isMount(name) ? withVariables(value, input, reading) : value }];
}

/** A variable that `docker run -e` names; what its value refers to is described by the argument. */
function ofContainer(name: string, value: string | undefined, inputs: readonly JsonObject[]): VariableHint {
  const own = inputs.find((input) => text(input.value)?.startsWith(`${name}=`) === true) ?? {};
  const part = value === undefined ? undefined : onlyPart(value, own);
  const hint = traits(name, part ?? { description: own.description, isRequired: isRequired(own) });
  const isFixed = value !== undefined && part === undefined && !hint.secret && !isExample(value);
  return { name, ...hint, ...(isFixed && { default: value, choices: [value] }) };
}

/** `http://localhost:{PORT}/mcp` */
function readTransport(transport: unknown, { variables, notes }: Reading): LaunchTransport | undefined {
  if (!isJsonObject(transport)) return undefined;
  const type = text(transport.type);
  if (type !== 'streamable-http' && type !== 'sse') return undefined;
  const address = /^https?:\/\/[^/:]*(?::(?:(?<port>\d{1,5})|\{(?<input>[^}]+)\}))?(?<path>\/[\w./~-]*)?$/u;
  const { port, input, path } = address.exec(text(transport.url) ?? '')?.groups ?? {};
  const known = input === undefined ? undefined : variables.get(input);
  const preset = port ?? known?.default;
  notes.push(`it speaks ${type} on a port: it can be approved, and hosts start it once they can`);
  return {
    type,
    ...(preset !== undefined && Number(preset) > 0 && Number(preset) < 65_536 && { port: Number(preset) }),
    ...(preset === undefined && known === undefined && { port: 80 }),
    ...(known !== undefined && { port_input: known.name }),
    ...(path !== undefined && path !== '/' && { path }),
  };
}
