/** What a change lets a server do that it could not do before, in words: the reason why a person must look at it. */
import { kindOf } from '../../core/offers.ts';
import type { Gain, Lock, Manifest } from '../../schemas/types.ts';
import { isSameRepository } from '../checks/provenance/repository-address.ts';
import { artefactChanges } from './fields.ts';
import { partText } from './permission-words.ts';
import { permissionChanges } from './permissions.ts';
import { toolNames } from './tool-names.ts';
import { isHint, othersDiff, toolsDiff } from './tools.ts';
import type { Area, OfferChange, OffersDiff, PermissionChange } from './types.ts';

/** The files of one side. */
export interface GainSide {
  readonly manifest: Manifest;
  readonly lock?: Lock;
}

/**
 * Everything that is gained, in the order in which a reviewer should see it. A new server gains only what it asks for: hosts,
 * paths, variables and the like. What it offers and to whom is not compared with anything.
 */
export function gainsOf(was: GainSide | undefined, now: GainSide): Gain[] {
  const permissions = permissionChanges(was?.manifest, now.manifest).filter(({ change }) => change === 'gained');
  if (was === undefined) return permissions.filter(({ area }) => asked.has(area)).map(gainOf);
  const all = [
    ...permissions.filter((gain) => !isOfGoneTool(gain, was, now)).map(gainOf),
    ...artefactGains(was.manifest, now.manifest),
    ...repositoryGains(was.manifest, now.manifest),
    ...listGains('gains', 'the system', was.manifest.backends, now.manifest.backends),
    ...listGains('loses', 'the law or standard', now.manifest.compliance, was.manifest.compliance),
    ...toolGains(was, now),
  ];
  // A tool that is new in the list of allowed tools is often new in the lock too.
  return [...new Map(all.map((gain) => [JSON.stringify(gain), gain])).values()];
}

/** Areas of what a server asks for, in contrast to what it offers. */
const asked: ReadonlySet<Area> = new Set([
  'network',
  'read',
  'write',
  'client',
  'environment',
  'secret',
  'credential',
  'argument',
  'remote',
  'sign-in',
  'header',
  'variable',
  'transport',
]);

const nouns: Readonly<Record<Area, string>> = {
  network: 'the host',
  read: 'the path to read',
  write: 'the path to write',
  client: 'the request to the client for',
  environment: 'the variable',
  secret: 'the secret',
  credential: 'the credential',
  argument: 'the argument',
  command: 'the program that starts',
  tool: 'the tool',
  label: 'the label',
  scope: 'the scope',
  audience: 'the audience',
  'data-class': 'the data class',
  remote: 'the endpoint',
  'sign-in': 'the place to sign in',
  header: 'the header',
  variable: 'the part of the address or of a header',
  transport: 'the transport',
  lifecycle: 'the end of versions',
};

/** In these areas a new value under an old subject is a change and not one thing more. */
const changing: ReadonlySet<Area> = new Set([
  'environment',
  'secret',
  'credential',
  'argument',
  'remote',
  'sign-in',
  'command',
  'header',
  'variable',
]);

function gainOf(permission: PermissionChange): Gain {
  const { area, was, now } = permission;
  const what = nouns[area];
  switch (permission.area) {
    case 'label':
      return { verb: 'loses', what, subject: `${permission.label}: ${permission.tool}` };
    case 'lifecycle':
      return { verb: 'changes', what, subject: permission.versions };
    case 'data-class':
      return { verb: permission.move === 'lowered' ? 'lowers' : 'raises', what, subject: `${was} → ${now}` };
    case 'command':
    case 'transport':
      return { verb: 'changes', what, subject: now ?? permission.subject };
    default:
      return {
        verb: was !== undefined && changing.has(area) ? 'changes' : 'gains',
        what,
        subject: partText(permission),
      };
  }
}

/** A tool that is not there any more needs no label. */
const isOfGoneTool = (permission: PermissionChange, was: GainSide, now: GainSide): boolean =>
  permission.area === 'label' &&
  was.lock !== undefined &&
  now.lock !== undefined &&
  !toolNames(now).has(permission.tool);

/** Another package, or other bytes under the same address. */
const artefactGains = (was: Manifest, now: Manifest): Gain[] =>
  artefactChanges(was, now)
    .filter(({ loud }) => loud)
    .map(({ field, now: value = 'nothing' }) => ({
      verb: 'changes',
      what: field === 'artefact.url' ? 'the artefact' : 'the bytes of the artefact',
      subject: value,
    }));

/** The attestation of a build is compared with the repository: who changes both in one change has it fit. */
function repositoryGains({ repository: was }: Manifest, { repository: now }: Manifest): Gain[] {
  if (was === undefined || (now !== undefined && isSameRepository(was, now))) return [];
  const what = 'the repository';
  return [now === undefined ? { verb: 'loses', what, subject: was } : { verb: 'changes', what, subject: now }];
}

const listGains = (
  verb: Gain['verb'],
  what: string,
  was: readonly string[] = [],
  now: readonly string[] = [],
): Gain[] => [...new Set(now).difference(new Set(was))].map((subject) => ({ verb, what, subject }));

/**
 * Tools that agents may call now and could not call before, tools that promise less than before, and everything that says something
 * new to an agent.
 */
function toolGains(was: GainSide, now: GainSide): Gain[] {
  if (was.lock === undefined || now.lock === undefined) return [];
  const before = toolNames(was);
  const callable = toolNames(now);
  const added = [...callable].filter((name) => !before.has(name));
  const { changes, instructions } = toolsDiff(was.lock, now.lock);
  const promises = changes.flatMap(({ name, changes: places }) =>
    places.flatMap(({ brokenPromise: hint }) => (hint === undefined ? [] : [`${hint}: ${name}`])),
  );
  return [
    ...added.map((subject): Gain => ({ verb: 'gains', what: nouns.tool, subject })),
    ...[...new Set(promises)].map((subject): Gain => ({ verb: 'loses', what: 'the promise', subject })),
    ...instructions.added.map(({ sha256, text, change }): Gain => ({
      verb: change === undefined ? 'gains' : 'changes',
      what: 'the instructions to agents',
      subject: text ?? sha256,
    })),
    ...changes.filter((change) => callable.has(change.name) && saysMore(change)).map(changedTool),
    ...othersDiff(was.lock, now.lock).flatMap((others) => otherGains(others, was)),
  ];
}

/** Whether something of it is new or says something else. Promises are looked at by themselves. */
const saysMore = ({ change, changes }: OfferChange): boolean =>
  change === 'changed' && changes.some(({ field, now }) => now !== undefined && !isHint(field));

const changedTool = ({ name }: OfferChange): Gain => ({ verb: 'changes', what: nouns.tool, subject: name });

/** Prompts, resources and resource templates that are new, that say something else, or that are not pinned any more. */
function otherGains({ list, unpinned, changes }: OffersDiff, { lock }: GainSide): Gain[] {
  const what = `the ${kindOf(list).one}`;
  const isNews = unpinned && lock?.unpinned?.some((each) => each === list) !== true;
  return [
    ...(isNews ? [{ verb: 'loses', what: 'the pinned list of', subject: `${kindOf(list).one}s` } as const] : []),
    ...changes
      .filter((change) => change.change === 'added' || saysMore(change))
      .map(({ name, change }): Gain => ({ verb: change === 'added' ? 'gains' : 'changes', what, subject: name })),
  ];
}
