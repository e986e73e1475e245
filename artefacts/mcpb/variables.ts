import type { BundleVariable } from '../../schemas/types.ts';
import type { Bundle } from './manifest.ts';
import { onlyInput } from './placeholders.ts';

/** The variables whose whole value is one of the bundle's inputs. */
export const variablesOf = ({ environment, inputs }: Pick<Bundle, 'environment' | 'inputs'>): BundleVariable[] =>
  [...environment].flatMap(([name, value]) => {
    const asked = onlyInput(value);
    const input = asked === undefined ? undefined : inputs.get(asked);
    if (input === undefined) return [];
    return [
      { name, ...(input.required && { required: true as const }), ...(input.isSecret && { secret: true as const }) },
    ];
  });
