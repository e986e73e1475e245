/** What a server gets when nobody gives it anything: its words and variables, where these are all that it needs. */
import type { Manifest } from '../../../../schemas/types.ts';

export interface FixedInputs {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Variables that a secret of the cluster must give. */
  readonly secrets: readonly string[];
  /** Variables that the people who deploy it must add. */
  readonly missing: readonly string[];
}

/** Nothing where a word must be given, or a value depends on another or on the host. */
export function fixedInputs({ launch = {} }: Pick<Manifest, 'launch'>): FixedInputs | undefined {
  const declared = launch.arguments ?? [];
  if (declared.some((each) => each.type !== 'fixed' && each.required === true && each.default === undefined))
    return undefined;
  // In the order in which hosts place them.
  const args = [
    ...declared.flatMap((each) => (each.type === 'fixed' ? [each.value] : [])),
    ...declared.flatMap((each) =>
      each.type === 'named' && each.default !== undefined ? [each.name, each.default] : [],
    ),
    ...declared.flatMap((each) => (each.type === 'positional' && each.default !== undefined ? [each.default] : [])),
  ];
  const variables = launch.environment ?? [];
  const env = variables.flatMap(({ name, default: value }) => (value === undefined ? [] : [{ name, value }]));
  if ([...args, ...env.map(({ value }) => value)].some((value) => value.includes('${'))) return undefined;
  const needed = variables.filter((each) => each.required === true && each.default === undefined);
  return {
    args,
    env,
    secrets: needed.filter(({ secret }) => secret === true).map(({ name }) => name),
    missing: needed.filter(({ secret }) => secret !== true).map(({ name }) => name),
  };
}
