/** Compares the other fields of a manifest: everything except permissions. */
import { sameJson } from '../../core/canonical.ts';
import { artefactAddress } from '../../core/artefact.ts';
import type { LifecycleEntry, Lock, Manifest } from '../../schemas/types.ts';
import type { FieldChange } from './types.ts';
import { textChange } from './values.ts';
import { wordComparison } from './words.ts';

/** Whether a field is one text, a list of texts, or compared elsewhere. TypeScript requires an entry for each new field. */
const kinds: Readonly<Record<keyof Manifest, 'text' | 'list' | 'elsewhere'>> = {
  title: 'text',
  description: 'text',
  maintainer: 'text',
  repository: 'text',
  homepage: 'text',
  lawful_basis: 'text',
  justification: 'text',
  upstream: 'text',
  reviewed_at: 'text',
  compliance: 'list',
  backends: 'list',
  alternatives: 'list',
  tags: 'list',
  reviewers: 'list',
  name: 'elsewhere',
  version: 'elsewhere',
  license: 'elsewhere',
  scope: 'elsewhere',
  data_classification: 'elsewhere',
  audience: 'elsewhere',
  artefact: 'elsewhere',
  remote: 'elsewhere',
  launch: 'elsewhere',
  credentials: 'elsewhere',
  permissions: 'elsewhere',
  tools: 'elsewhere',
  limits: 'elsewhere',
  lifecycle: 'elsewhere',
};

/** The artefact first, then in the order above. */
export function fieldChanges(was: Manifest | undefined, now: Manifest | undefined): FieldChange[] {
  const compare = wordComparison();
  return [
    ...artefactChanges(was, now),
    ...Object.entries(kinds).flatMap(([field, kind]) => {
      const [before, after] = [was?.[field as keyof Manifest], now?.[field as keyof Manifest]];
      if (kind === 'elsewhere' || sameJson(before, after)) return [];
      if (kind === 'text') return [textChange(field, before as string, after as string, compare)];
      return listChange(field, before as string[] | undefined, after as string[] | undefined);
    }),
    ...textChanges(descriptions(was), descriptions(now)).map(([field, before, after]) =>
      textChange(field, before, after, compare),
    ),
    ...listChange('limits', limitTexts(was), limitTexts(now)),
    ...listChange('lifecycle', was?.lifecycle?.map(lifecycleText), now?.lifecycle?.map(lifecycleText)),
  ];
}

const limitTexts = (manifest: Manifest | undefined): string[] | undefined =>
  manifest?.limits && Object.entries(manifest.limits).map(([name, limit]) => `${name}: ${limit}`);

/** Changes in the lock that are about neither packages nor tools. */
export const lockChanges = (was: Lock | undefined, now: Lock | undefined): FieldChange[] =>
  was?.resolvedAsOf === now?.resolvedAsOf
    ? []
    : [textChange('lock: resolved as of', was?.resolvedAsOf, now?.resolvedAsOf)];

function listChange(field: string, was: readonly string[] = [], now: readonly string[] = []): FieldChange[] {
  const [before, after] = [new Set(was), new Set(now)];
  const changes = [
    ...[...before.difference(after)].map((entry) => textChange(field, entry, undefined)),
    ...[...after.difference(before)].map((entry) => textChange(field, undefined, entry)),
  ];
  return changes.length > 0 || sameJson(was, now)
    ? changes
    : [textChange(`${field}: order`, was.join(', '), now.join(', '))];
}

/** Important when it is another package, or other bytes under the same address. */
export function artefactChanges(was: Manifest | undefined, now: Manifest | undefined): FieldChange[] {
  const [before, after] = [was?.artefact, now?.artefact];
  const isKnown = before !== undefined && after !== undefined;
  const isOther = isKnown && artefactAddress({ artefact: before }) !== artefactAddress({ artefact: after });
  const isSwapped = isKnown && before.url === after.url;
  const change = (field: 'url' | 'sha256', loud: boolean): FieldChange[] =>
    before?.[field] === after?.[field]
      ? []
      : [{ ...textChange(`artefact.${field}`, before?.[field], after?.[field]), ...(loud && { loud: true }) }];
  return [...change('url', isOther), ...change('sha256', isSwapped)];
}

/** The description of each input for users, without its rules. */
function descriptions(manifest: Manifest | undefined): ReadonlyMap<string, string> {
  const { arguments: words = [], environment = [] } = manifest?.launch ?? {};
  const { headers = [], variables = [] } = manifest?.remote ?? {};
  const described = (field: string, inputs: readonly { readonly name: string; readonly description: string }[]) =>
    inputs.map(({ name, description }) => [`${field}: ${name}: description`, description] as const);
  return new Map([
    ...described(
      'launch.arguments',
      words.filter((word) => word.type !== 'fixed'),
    ),
    ...described('launch.environment', environment),
    ...described('remote.headers', headers),
    ...described('remote.variables', variables),
  ]);
}

const textChanges = (
  was: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): [field: string, was: string | undefined, now: string | undefined][] =>
  [...new Set([...was.keys(), ...now.keys()])]
    .map((field): [string, string | undefined, string | undefined] => [field, was.get(field), now.get(field)])
    .filter(([, before, after]) => before !== after);

const lifecycleText = ({ versions, ...entry }: LifecycleEntry): string =>
  [
    typeof versions === 'string' ? versions : versions.join(' '),
    ...Object.entries(entry).map(([field, value]) => `${field} ${value}`),
  ].join(', ');
