/** What to do about a server that did not start while its tools were captured. */
import { isLoaderVariable } from '../core/environment.ts';
import { Failure } from '../core/failure.ts';
import type { EnvironmentInput } from '../schemas/types.ts';
import { variablesIn } from './last-words.ts';
import { placeholderFor } from './placeholder.ts';
import { isUnusable } from './requests.ts';

/** The failure with its remedy: one action, chosen by what the server said. */
export function withRemedy(
  failure: Failure,
  name: string,
  declared: readonly EnvironmentInput[],
  home: string,
): Failure {
  // If a server starts but sends answers that no client can use, another manifest does not help.
  if (isUnusable(failure)) return failure;
  const wanted = [...variablesIn(failure.message)].filter((each) => !isLoaderVariable(each));
  const unknown = wanted.filter((each) => declared.every((input) => input.name !== each));
  const known = declared.filter(({ name: each }) => wanted.includes(each));
  const optional = known.filter(({ required, secret }) => required !== true && secret !== true);
  const without = `\`registry lock ${name} --no-capture\``;
  // The installation path means nothing to a reader, and no longer exists.
  const message = failure.message.replaceAll(/\/\S*countersign-capture-[^/\s]+\/server\//gu, '');
  const say = (remedy: string): Failure => new Failure(failure.code, message, remedy, { cause: failure });
  if (unknown.length > 0)
    return say(
      `declare ${unknown.join(', ')} under launch.environment, with required: true (and secret: true for a credential), and name it in permissions.environment; then run \`registry lock ${name}\` again`,
    );
  if (wantsNetwork.test(failure.message))
    return say(
      `it asks a service, but it is started without a network: run \`registry lock ${name} --network\`; if it needs a real credential for that, ${without} locks it without its tools, and the reviewer is told`,
    );
  if (nativeModule.test(message))
    return say(
      'it loads a native file that a script at installation would build or fetch, and hosts run no such script: choose another server, or ask its maintainer to publish the file within a package',
    );
  if (unfit.test(message))
    return say(
      `it may be older than what it depends on, and not fit it: run \`registry lock ${name} --as-of <time>\` with a day soon after this version was published, such as 2026-04-15T09:30:00Z, or choose a newer version; ${without} locks it without its tools, and the reviewer is told`,
    );
  if (optional.length > 0)
    return say(
      `write required: true at ${optional.map((each) => each.name).join(', ')} under launch.environment, and run \`registry lock ${name}\` again`,
    );
  if (known.length > 0)
    return say(
      `it was given ${known.map((each) => `${each.name}=${placeholderFor(each, home)}`).join(', ')}: if it needs another form, write one as its placeholder under launch.environment; if it needs a real value, ${without} locks it without its tools, and the reviewer is told`,
    );
  if (noAnswer.test(message))
    return say(
      `where it is a large program, and this machine is busy, run \`registry lock ${name}\` again later; otherwise it waits for something: write that under launch.arguments or launch.environment; ${without} locks it without its tools, and the reviewer is told`,
    );
  return say(
    `write what it asks for under launch.arguments or launch.environment, with a placeholder in the form that it accepts; if that is not enough, ${without} locks it without its tools, and the reviewer is told`,
  );
}

/** What a program says that asks a package for what another version of that has, or had. */
const unfit =
  /has no attribute|cannot import name|No module named|unexpected keyword argument|does not provide an export named|Cannot find (?:module|package)|is not a (?:function|constructor)/u;

/** It did not end either. What it wrote may be no more than a warning. */
const noAnswer = /\bno answer to initialize in [\d.]+ s\b/u;

/** What programs write when there is no network, those for Node and those for Python. */
const wantsNetwork =
  /fetch failed|\bENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|getaddrinfo|unreachable|network|Failed to (?:fetch|connect)|connection (?:error|refused|failed)|connection attempts failed|name resolution|Name or service not known|Max retries exceeded|could not download/iu;

/** Native addons of Node, in the messages of their loaders. */
const nativeModule = /\.node\b|native (?:addon|module|binding)|node-gyp|prebuilds?\//iu;
