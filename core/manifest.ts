/** The manifest: reading it, and everything about it alone that the schema cannot say. */
import type { EnvironmentInput, Manifest, NamedArgument, PositionalArgument } from '../schemas/types.ts';
import { artefactUrlProblem, parseArtefactUrl } from './artefact.ts';
import { isLoaderVariable } from './environment.ts';
import { manifestFormat } from './formats.ts';
import { formatWords, hasFormat } from './input-format.ts';
import { canHold, isVersionSet } from './lifecycle.ts';
import type { Fault, Problem } from './problem.ts';
import { readYaml, type Read, type YamlFile } from './yaml.ts';

/** Windows opens a device, not a file, under these names. */
const deviceName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/u;

/** Reads `servers/<name>.yaml`, or says everything that is wrong with it. */
export function readManifest(file: string, bytes: Uint8Array): Read<Manifest> {
  const read = readYaml(manifestFormat, file, bytes);
  if (!read.ok) return read;
  const problems = checkManifest(read.document);
  return problems.length === 0 ? read : { ok: false, problems };
}

type Path = readonly (string | number)[];

function checkManifest({ file, value: manifest, locate }: YamlFile<Manifest>): Problem[] {
  const problems: Problem[] = [];
  const report = (path: Path, fault: Fault): void => void problems.push({ file, ...locate(path), ...fault });

  const expected = file.slice(file.lastIndexOf('/') + 1).replace(/\.yaml$/u, '');
  if (manifest.name !== expected)
    report(['name'], {
      code: 'name-not-file-name',
      message: `the name is ${manifest.name}, the file's name ${expected}`,
      remedy: `rename the file to ${manifest.name}.yaml, or the server`,
    });
  if (deviceName.test(manifest.name))
    report(['name'], {
      code: 'reserved-name',
      message: `${manifest.name} is a device on Windows`,
      remedy: 'choose another name',
    });

  if ((manifest.artefact === undefined) === (manifest.remote === undefined))
    report(['artefact'], {
      code: 'artefact-or-remote',
      message: `the manifest has ${manifest.artefact === undefined ? 'neither an artefact nor a remote' : 'both an artefact and a remote'}`,
      remedy: 'give exactly one of them',
    });
  if (manifest.artefact !== undefined && parseArtefactUrl(manifest.artefact.url) === undefined)
    report(['artefact', 'url'], artefactUrlProblem(manifest.artefact.url));

  checkLaunch(manifest, report);
  checkLifecycle(manifest, report);
  return problems;
}

type Input = EnvironmentInput | PositionalArgument | NamedArgument;
type Report = (path: Path, fault: Fault) => void;

/** Words for the newest version, and ranges. They stand for a different version over time. */
const movingVersion =
  /^(?:latest|next|stable|main|master|head|edge|nightly|canary|newest|x)$|^(?:v?\d+\.)*[x*](?:\.[x*])*$|[*|^~<>=]|\s/iu;

/**
 * What is wrong with a version beside the artefact that it is of. Not for `readManifest`: what was approved under
 * another rule stays readable.
 */
export function versionFault({ version, artefact }: Manifest): Fault | undefined {
  if (movingVersion.test(version))
    return {
      code: 'version-moves',
      message: `${version} is no version: what it stands for changes`,
      remedy: 'write the exact version of the artefact, such as 1.2.0',
    };
  const reference = artefact === undefined ? undefined : parseArtefactUrl(artefact.url);
  if (reference === undefined || !('version' in reference)) return undefined;
  const own = reference.version;
  return version === own || version.startsWith(`${own}+`)
    ? undefined
    : {
        code: 'version-not-artefact',
        message: `the version is ${version}, the artefact's ${own}`,
        remedy: `write ${own}, or ${own}+1 where something else about the server changed`,
      };
}

function checkLaunch(manifest: Manifest, report: Report): void {
  const { arguments: words = [], environment = [] } = manifest.launch ?? {};
  const allowed = new Set(manifest.permissions?.environment);
  const declared = new Set<string>();

  environment.forEach((input, index) => {
    const { name } = input;
    const path = ['launch', 'environment', index, 'name'];
    if (isLoaderVariable(name))
      report(path, {
        code: 'loader-variable',
        message: `${name} decides which code is loaded`,
        remedy: 'remove it: no server may have it',
      });
    else if (!allowed.has(name))
      report(path, {
        code: 'environment-not-permitted',
        message: `${name} is not among permissions.environment`,
        remedy: `add ${name} there`,
      });
    if (declared.has(name))
      report(path, { code: 'declared-twice', message: `${name} is declared twice`, remedy: 'keep one of them' });
    declared.add(name);
    checkValues(['launch', 'environment', index], input, report);
  });
  manifest.permissions?.environment?.forEach((name, index) => {
    if (!declared.has(name))
      report(['permissions', 'environment', index], {
        code: 'environment-not-declared',
        message: `${name} is permitted, but launch.environment does not declare it`,
        remedy: 'declare it there, or remove it here',
      });
  });
  manifest.credentials?.forEach(({ environment: name }, index) => {
    if (environment.find((input) => input.name === name)?.secret !== true)
      report(['credentials', index, 'environment'], {
        code: 'credential-not-declared',
        message: `launch.environment declares no secret ${name}`,
        remedy: `declare ${name} there with secret: true`,
      });
  });

  const names = new Set<string>();
  const positional = words.filter((word) => word.type === 'positional');
  words.forEach((word, index) => {
    if (word.type === 'fixed') return;
    const path = ['launch', 'arguments', index, 'name'];
    if (names.has(word.name))
      report(path, { code: 'declared-twice', message: `${word.name} is declared twice`, remedy: 'keep one of them' });
    names.add(word.name);
    if (word.type === 'positional' && word.repeated === true && word !== positional.at(-1))
      report(path, {
        code: 'repeated-not-last',
        message: `${word.name} takes all words that are left, but another argument follows it`,
        remedy: 'put it last',
      });
    if (word.type === 'named' && word.flag === true && (word.default ?? word.choices) !== undefined)
      report(path, {
        code: 'flag-with-value',
        message: `${word.name} is a flag, and has a default or choices`,
        remedy: 'remove them, or remove flag: true',
      });
    checkValues(['launch', 'arguments', index], word, report);
  });
}

/** The values that a manifest gives for an input must be such as the input takes. */
function checkValues(path: Path, { default: preset, choices, placeholder, format }: Input, report: Report): void {
  if (preset !== undefined && choices !== undefined && !choices.includes(preset))
    report([...path, 'default'], {
      code: 'default-not-a-choice',
      message: `the default ${JSON.stringify(preset)} is not one of the choices`,
      remedy: `choose one of ${choices.join(', ')}`,
    });
  if (format === undefined) return;
  const values: (readonly [Path, string | undefined])[] = [
    [['default'], preset],
    [['placeholder'], placeholder],
    ...(choices ?? []).map((choice, index) => [['choices', index], choice] as const),
  ];
  for (const [field, value] of values)
    if (value !== undefined && !hasFormat(value, format))
      report([...path, ...field], {
        code: 'value-not-of-format',
        message: `${JSON.stringify(value)} is not ${formatWords[format]}`,
        remedy: 'write another value, or leave out the format',
      });
}

function checkLifecycle({ name, version, lifecycle = [] }: Manifest, report: Report): void {
  lifecycle.forEach((entry, index) => {
    const path = (field: string): Path => ['lifecycle', index, field];
    if (!isVersionSet(entry.versions))
      report(path('versions'), {
        code: 'version-range',
        message: `${JSON.stringify(entry.versions)} is no semver range`,
        remedy: 'write a range such as "<1.2.0", or a list of exact versions',
      });
    else if (!canHold(entry.versions, version))
      report(path('versions'), {
        code: 'range-without-semver',
        message: `the range ${JSON.stringify(entry.versions)} says nothing about ${version}, which is not semver`,
        remedy: 'list exact versions, or write "*"',
      });
    if (entry.sunset !== undefined && entry.state !== 'deprecated')
      report(path('sunset'), {
        code: 'sunset-without-deprecation',
        message: `${entry.state} versions are refused at once`,
        remedy: 'remove the sunset, or write state: deprecated',
      });
    if (entry.sunset !== undefined && entry.sunset <= entry.since)
      report(path('sunset'), {
        code: 'sunset-before-since',
        message: `the sunset ${entry.sunset} is not after ${entry.since}`,
        remedy: 'choose a later day',
      });
    if (entry.replaced_by === name)
      report(path('replaced_by'), {
        code: 'replaced-by-itself',
        message: `${name} cannot replace itself`,
        remedy: 'name another server, or leave it out',
      });
  });
}
