/** What `validate` checks beyond each single server: all files together, the change, the policy, and secrets. */
import { artefactAddress } from '../core/artefact.ts';
import { inOrder, type Problem } from '../core/problem.ts';
import { maxManifestBytes } from '../core/limits.ts';
import { manifestPath } from '../core/statement.ts';
import { dayOf } from '../core/time.ts';
import type { Exception } from '../schemas/types.ts';
import type { Base } from '../catalog/base.ts';
import { checkChanges } from '../catalog/change-rules.ts';
import { checkCheckout } from '../catalog/checkout.ts';
import { checkHistory, knownVersions } from '../catalog/history-rules.ts';
import { nothingKnown, type KnownFiles } from '../catalog/known-files.ts';
import { checkNames } from '../catalog/names/names.ts';
import { readPlainFile } from '../catalog/read-file.ts';
import type { RegistryFiles, SurveyedServer } from '../catalog/registry-files.ts';
import { checkTogether } from '../catalog/rules.ts';
import { checkSecrets, withoutSecrets, type WrittenManifest } from '../catalog/secrets.ts';
import { checkAdvisoryChange } from './checks/advisories/at-base.ts';
import { exceptionFor } from './verdict/exception.ts';
import { isOpen, findingsUnder, appliedPolicies, problemOf } from './verdict/verdict.ts';
import { checkExceptions } from './checks/policy/exceptions.ts';
import { checkPolicy } from './checks/policy/check.ts';
import { allRules } from './checks/all-rules.ts';

/** Problems that exceptions may name, in addition to the rules of the review. */
const exceptable: ReadonlySet<string> = new Set(['confusable-name', 'confusable-title', 'confusable-scope']);

/**
 * Every problem of the files: of each file, of all files together, and of the change.
 * @param known what need not be looked at again; what is found out is added to it
 */
export async function checkFiles(
  root: string,
  repository: RegistryFiles<SurveyedServer>,
  base: Base,
  now: Date,
  known = nothingKnown(),
): Promise<Problem[]> {
  const { servers, names, policy } = repository;
  const past = await knownVersions(root, repository, base);
  const today = dayOf(now);
  const there = {
    rules: new Set([...allRules.map(({ id }) => id), ...exceptable]),
    servers: names,
    artefacts: new Map(servers.map(({ name, manifest }) => [name, artefactAddress(manifest.value)])),
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
      ...(policy === undefined ? [] : checkExceptions(policy, there, today)),
      ...(await checkCredentials(root, repository, known)),
    ]),
  );
}

/** The findings of the policy, as problems. A changed manifest must meet the policy of the base too. */
export const checkPolicies = ({ servers, policy }: RegistryFiles<SurveyedServer>, base: Base, now: Date): Problem[] =>
  servers.flatMap((server) =>
    findingsUnder(
      server,
      (rules) => checkPolicy(server.manifest.value, rules),
      appliedPolicies(server.name, policy?.value, base, dayOf(now)),
    )
      .filter((finding) => isOpen(finding) && finding.level !== 'note')
      .map(problemOf),
  );

/** Leaves out what the policy of the base accepts; without one, what the policy of the registry accepts. */
function withoutExcepted(
  problems: readonly Problem[],
  { policy, servers }: RegistryFiles<SurveyedServer>,
  base: Base,
  today: string,
): Problem[] {
  const exceptions: readonly Exception[] = (base.policy ?? policy?.value)?.exceptions ?? [];
  const byFile = new Map(servers.map((server) => [server.manifest.file, server]));
  return problems.filter(({ code, file }) => {
    const server = byFile.get(file);
    if (server === undefined) return true;
    return exceptionFor({ rule: code, server: server.name }, server.manifest.value, exceptions, today) === undefined;
  });
}

/** Also in manifests that cannot be read: a secret in one of them is just as bad. */
async function checkCredentials(
  root: string,
  { servers, names }: RegistryFiles<SurveyedServer>,
  known: KnownFiles,
): Promise<Problem[]> {
  const readable = new Map(servers.map((server) => [server.name, server]));
  const written = new Map<string, WrittenManifest>();
  for (const name of names) {
    if (known.isClean(name)) continue;
    const file = manifestPath(name);
    const bytes = readPlainFile(root, file, maxManifestBytes);
    const document = readable.get(name)?.manifest;
    if (Buffer.isBuffer(bytes))
      written.set(name, { file, text: bytes.toString('utf8'), ...(document !== undefined && { document }) });
  }
  const problems = await checkSecrets([...written.values()]);
  const found = new Set(problems.map(({ file }) => file));
  for (const [name, { file }] of written) if (!found.has(file)) known.addClean(name);
  return problems;
}
