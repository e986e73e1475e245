/** The manifest: reading it, and everything about it alone that the schema cannot say. */
import type { Manifest } from '../schemas/types.ts';
import { artefactUrlProblem, parseArtefactUrl } from './artefact.ts';
import { checkCredentials } from './credential-rules.ts';
import { manifestFormat } from './formats.ts';
import type { Path, Report } from './input-rules.ts';
import { checkLaunch } from './launch-rules.ts';
import { canHold, isVersionSet } from './lifecycle.ts';
import type { Fault, Problem } from './problem.ts';
import { checkRemote } from './remote-rules.ts';
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

  if (manifest.remote !== undefined) checkRemote(manifest.remote, report);
  checkLaunch(manifest, report);
  checkCredentials(manifest, report);
  checkLifecycle(manifest, report);
  return problems;
}

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
