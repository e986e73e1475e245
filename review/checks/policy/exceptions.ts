/** What is wrong with the exceptions of a policy. */
import { didYouMean } from '../../../core/did-you-mean.ts';
import type { Fault, Problem } from '../../../core/problem.ts';
import type { YamlFile } from '../../../core/yaml.ts';
import type { Policy } from '../../../schemas/types.ts';

/** `today` is a day as the policy writes it. */
export function checkExceptions(
  { file, value, locate }: YamlFile<Policy>,
  known: { readonly rules: ReadonlySet<string>; readonly servers: ReadonlySet<string> },
  today: string,
): Problem[] {
  return (value.exceptions ?? []).flatMap(({ rule, server, expires, owner }, index) => {
    const at = (field: string, fault: Fault): Problem => ({ file, ...locate(['exceptions', index, field]), ...fault });
    const problems: Problem[] = [];
    if (expires <= today)
      problems.push(
        at('expires', {
          code: 'exception-expired',
          message: `the exception from ${rule} for ${server} has not been valid since ${expires}`,
          remedy: `fix what it was for, or have ${owner} renew it`,
        }),
      );
    if (!known.rules.has(rule))
      problems.push(
        at('rule', {
          code: 'exception-unknown-rule',
          message: `there is no rule ${rule}${didYouMean(rule, known.rules)}`,
          remedy: 'write the code that stands beside the finding',
        }),
      );
    if (rule === 'malware')
      problems.push(
        at('rule', {
          code: 'exception-from-malware',
          message: 'malware is never accepted',
          remedy: 'take the exception away',
        }),
      );
    if (!known.servers.has(server))
      problems.push(
        at('server', {
          code: 'exception-unknown-server',
          message: `there is no server ${server}${didYouMean(server, known.servers)}`,
          remedy: 'correct the name, or take the exception away',
        }),
      );
    return problems;
  });
}
