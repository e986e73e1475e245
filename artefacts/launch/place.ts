/** Everything that a server is given when it starts: its words and its environment. */
import type { Manifest } from '../../schemas/types.ts';
import {
  expandPlaceholders,
  placeholderFaults,
  placeholderName,
  stateFolderName,
  type ReferredInput,
} from '../../core/placeholders.ts';
import type { LaunchContext } from './context.ts';
import type { LaunchProblem } from './program.ts';
import { withState, type Word } from './inputs.ts';
import { placeArguments } from './place-arguments.ts';
import { placeEnvironment } from './place-environment.ts';

export interface PlacedInputs {
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly problems: readonly LaunchProblem[];
}

/** Places what the user gave, and then fills the placeholders of the manifest's own values: each once. */
export function placeInputs(manifest: Manifest, context: LaunchContext): PlacedInputs {
  const words = placeArguments(manifest, context);
  const { variables, values, problems } = placeEnvironment(manifest, context);
  const inputs = inputsOf(manifest);
  const defaults = inputs.flatMap(({ name, default: text }) =>
    text === undefined ? [] : [[placeholderName(name), withState(text, context)] as const],
  );
  const known = new Map([...defaults, ...words.values, ...values, [stateFolderName, context.stateFolder] as const]);
  const faults: LaunchProblem[] = [];
  const fill = ({ kind, text }: Word): string => {
    if (kind === 'given') return text;
    faults.push(...problemsOf(text, inputs));
    return expandPlaceholders(text, (name) => known.get(name) ?? '');
  };
  const filled = words.words.map(fill);
  const environment = new Map([...variables].map(([name, word]) => [name, fill(word)]));
  return { arguments: filled, environment, problems: [...words.problems, ...problems, ...faults] };
}

const inputsOf = ({ launch }: Manifest): readonly ReferredInput[] => [
  ...(launch?.arguments ?? []).filter((word) => word.type !== 'fixed'),
  ...(launch?.environment ?? []),
];

/** `validate` refuses such a manifest. It is checked again here, because another program may have made the approval. */
const problemsOf = (text: string, inputs: readonly ReferredInput[]): LaunchProblem[] =>
  placeholderFaults(text, {
    ...{ inputs, declaredIn: 'launch.arguments or launch.environment', state: true, mayBeLeftOut: false },
  }).map(({ message, remedy }) => ({ message, remedy }));
