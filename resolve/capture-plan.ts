import { planLaunch, type LaunchPlan } from '../artefacts/launch/plan.ts';
import { Failure } from '../core/failure.ts';
import type { Lock, Manifest } from '../schemas/types.ts';
import { placeholderFor } from './placeholder.ts';
import type { Place, Starter } from './starter.ts';

/** The values that a server gets instead of the user's. */
export type Given = 'what it requires, no secrets' | 'what it requires, and secrets' | 'all that it declares';

/**
 * What the server is started with: a placeholder for everything that a user would have to give.
 * @throws Failure `capture` where it cannot be started
 */
export function planOf(
  manifest: Manifest,
  lock: Lock,
  os: string,
  placed: Given,
  { home: folder }: Place,
  { stateFolder = folder }: Starter,
): LaunchPlan {
  const all = placed === 'all that it declares';
  const withSecrets = placed !== 'what it requires, no secrets';
  const inputs = (manifest.launch?.environment ?? []).filter(
    ({ required, secret }) => secret !== true || withSecrets || required !== true,
  );
  const environment = Object.fromEntries(
    inputs
      .filter(
        ({ required, secret, default: preset }) =>
          preset === undefined && (all || required === true || (secret === true && withSecrets)),
      )
      .map((input) => [input.name, placeholderFor(input, folder)]),
  );
  const given = (manifest.launch?.arguments ?? []).flatMap((argument) => {
    if (argument.type === 'fixed' || argument.default !== undefined) return [];
    const isFlag = argument.type === 'named' && argument.flag === true;
    if (argument.required !== true && (!all || isFlag)) return [];
    if (isFlag) return [argument.name];
    const value = placeholderFor(argument, folder);
    return argument.type === 'named' ? [argument.name, value] : [value];
  });
  // Without its credential, even if it is required: servers often list their tools without it.
  const relaxed: Manifest = { ...manifest, launch: { ...manifest.launch, environment: inputs } };
  const planned = planLaunch(relaxed, lock, {
    os,
    given,
    environment,
    stateFolder,
    resolvePath: (path) => path,
  });
  if (!planned.ok) throw new Failure('capture', planned.problems[0]?.message ?? '', planned.problems[0]?.remedy ?? '');
  return planned.plan;
}
