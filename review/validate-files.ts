/** Everything that `validate` says beyond each server by itself: together, as a change, by the policy, and secrets. */
import { inOrder, type Problem } from '../core/problem.ts';
import { maxManifestBytes } from '../core/limits.ts';
import { manifestPath } from '../core/statement.ts';
import { toSecond } from '../core/time.ts';
import type { Exception } from '../schemas/types.ts';
import type { Base } from '../catalog/base.ts';
import { checkChanges } from '../catalog/change-rules.ts';
import { checkCheckout } from '../catalog/checkout.ts';
import { checkHistory, knownVersions } from '../catalog/history-rules.ts';
import { checkNames } from '../catalog/names/names.ts';
import { readPlainFile } from '../catalog/read-file.ts';
import type { RegistryFiles, SurveyedServer } from '../catalog/registry-files.ts';
import { checkTogether } from '../catalog/rules.ts';
import { checkSecrets, withoutSecrets, type WrittenManifest } from '../catalog/secrets.ts';
import { checkAdvisoryChange } from './checks/advisories/at-base.ts';
import { isOpen, judge, judgeOf, problemOf } from './verdict/judge.ts';
import { checkExceptions } from './checks/policy/exceptions.ts';
import { checkPolicy } from './checks/policy/check.ts';
import { allRules } from './checks/all-rules.ts';

/** Problems that a person may decide to live with: exceptions may name them beside the rules of the review. */
const exceptable: ReadonlySet<string> = new Set(['confusable-name', 'confusable-title', 'confusable-scope']);

/** What is wrong with the files: with each, with all of them together, and with the change that they are. */
export async function checkFiles(
  root: string,
  repository: RegistryFiles<SurveyedServer>,
  base: Base,
  now: Date,
): Promise<Problem[]> {
  const { servers, names, policy } = repository;
  const past = await knownVersions(root, repository, base);
  const today = dayOf(now);
  const known = {
    rules: new Set([...allRules.map(({ id }) => id), ...exceptable]),
    servers: names,
  };
  return withoutSecrets(
    inOrder([
      ...repository.problems,
      ...(await checkCheckout(root)),
      ...(await checkAdvisoryChange(root, base)),
      ...checkTogether(servers),
      ...checkChanges(repository, base, now, past.known),
      ...past.problems,
      ...checkHistory(repository, base, past.known),
      ...withoutExcepted(checkNames(repository, base), repository, base, today),
      ...(policy === undefined ? [] : checkExceptions(policy, known, today)),
      ...(await checkSecrets([...writtenManifests(root, repository)])),
    ]),
  );
}

/** What the policy says against manifests, as problems: each changed one is judged by the base's policy too. */
export const checkPolicies = ({ servers, policy }: RegistryFiles<SurveyedServer>, base: Base, now: Date): Problem[] =>
  servers.flatMap((server) =>
    judge(
      server,
      (rules) => checkPolicy(server.manifest.value, undefined, rules),
      judgeOf(server.name, policy?.value, base, dayOf(now)),
    )
      .filter((finding) => isOpen(finding) && finding.level !== 'note')
      .map(problemOf),
  );

const dayOf = (moment: Date): string => toSecond(moment).slice(0, 10);

/** Without what the policy of the base accepts, or, where there is none, that of the registry. */
function withoutExcepted(
  problems: readonly Problem[],
  { policy }: RegistryFiles<SurveyedServer>,
  base: Base,
  today: string,
): Problem[] {
  const exceptions: readonly Exception[] = (base.policy ?? policy?.value)?.exceptions ?? [];
  return problems.filter(
    ({ code, file }) =>
      !exceptions.some(
        ({ rule, server, subject, expires }) =>
          rule === code && manifestPath(server) === file && subject === undefined && today < expires,
      ),
  );
}

/** Those that cannot be read as manifests too: a secret in one of them is as bad. */
function* writtenManifests(
  root: string,
  { servers, names }: RegistryFiles<SurveyedServer>,
): Generator<WrittenManifest> {
  const readable = new Map(servers.map((server) => [server.name, server]));
  for (const name of names) {
    const server = readable.get(name);
    const file = manifestPath(name);
    const bytes = server?.manifestBytes ?? readPlainFile(root, file, maxManifestBytes);
    if (!(bytes instanceof Uint8Array)) continue;
    const text = Buffer.from(bytes).toString('utf8');
    yield { file, text, ...(server !== undefined && { document: server.manifest }) };
  }
}
