/** Finds problems with the exceptions of a policy. */
import { didYouMean } from '../../../core/did-you-mean.ts';
import type { Fault, Problem } from '../../../core/problem.ts';
import type { YamlFile } from '../../../core/yaml.ts';
import { isBound } from '../../verdict/exception.ts';
import type { Policy } from '../../../schemas/types.ts';

/** `today` is a day in the form that the policy uses. */
export function checkExceptions(
  { file, value, locate }: YamlFile<Policy>,
  known: {
    readonly rules: ReadonlySet<string>;
    readonly servers: ReadonlySet<string>;
    /** By server, for those whose manifest can be read. */
    readonly artefacts: ReadonlyMap<string, string | undefined>;
  },
  today: string,
): Problem[] {
  return (value.exceptions ?? []).flatMap((exception, index) => {
    const { rule, server, expires, owner, artefact } = exception;
    const current = server === undefined ? undefined : known.artefacts.get(server);
    const where = server ?? 'every server';
    const at = (field: string, fault: Fault): Problem => ({ file, ...locate(['exceptions', index, field]), ...fault });
    const problems: Problem[] = [];
    if (expires <= today)
      problems.push(
        at('expires', {
          code: 'exception-expired',
          message: `the exception from ${rule} for ${where} has not been valid since ${expires}`,
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
    if (server !== undefined && !known.servers.has(server))
      problems.push(
        at('server', {
          code: 'exception-unknown-server',
          message: `there is no server ${server}${didYouMean(server, known.servers)}`,
          remedy: 'correct the name, or take the exception away',
        }),
      );
    if (rule !== 'malware' && server === undefined && !isBound(exception))
      problems.push(
        at('rule', {
          code: 'exception-without-server',
          message: `the exception from ${rule} names neither a server nor the bytes of a package: it accepts nothing`,
          remedy:
            'add `server`; or, to accept a note wherever the same package is, its `integrity` as the locks state it',
        }),
      );
    else if (rule !== 'malware' && !isBound(exception))
      problems.push(
        at('rule', {
          code: 'exception-without-artefact',
          message: `the exception from ${rule} for ${server} does not say in which artefact: it accepts nothing`,
          remedy: `add \`artefact: ${current ?? 'npm:<name>'}\`, so that it ends when something else runs`,
        }),
      );
    if (artefact !== undefined && current !== undefined && artefact !== current)
      problems.push({
        ...at('artefact', {
          code: 'exception-other-artefact',
          message: `the exception from ${rule} is for ${artefact}, and ${where} is ${current} now: it accepts nothing`,
          remedy: 'take it away, or have the security team judge the new artefact and name that',
        }),
        severity: 'warning',
      });
    return problems;
  });
}
