/** What a server gets when nobody gives it anything: its words and variables, where these are all that it needs. */
import type { Manifest } from '../../../../schemas/types.ts';
import { asPlaced } from '../runnable.ts';
import { isFilledIn } from '../server-json-format.ts';

export interface FixedInputs {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Variables that a secret of the cluster must give. */
  readonly secrets: readonly string[];
  /** Variables that the people who deploy it must add. */
  readonly missing: readonly string[];
}

/**
 * Nothing where a word must be given, or a value depends on another or on the host. Kubernetes replaces `$(NAME)` by the
 * value of that variable, which may be a secret, and ToolHive starts a container from another one, so that no escape lasts.
 */
export function fixedInputs({ launch = {} }: Pick<Manifest, 'launch'>): FixedInputs | undefined {
  const declared = launch.arguments ?? [];
  if (declared.some((each) => each.type !== 'fixed' && each.required === true && each.default === undefined))
    return undefined;
  const args = asPlaced({ launch }).flatMap((each) => {
    if (each.type === 'fixed') return [each.value];
    if (each.default === undefined) return [];
    return each.type === 'named' ? [each.name, each.default] : [each.default];
  });
  const variables = launch.environment ?? [];
  const env = variables.flatMap(({ name, default: value }) => (value === undefined ? [] : [{ name, value }]));
  if ([...args, ...env.map(({ value }) => value)].some((text) => isFilledIn(text) || text.includes('$(')))
    return undefined;
  const needed = variables.filter((each) => each.required === true && each.default === undefined);
  return {
    args,
    env,
    secrets: needed.filter(({ secret }) => secret === true).map(({ name }) => name),
    missing: needed.filter(({ secret }) => secret !== true).map(({ name }) => name),
  };
}
