/** The whole manifest, from what was found out, given and answered. */
import { dataClasses } from '../../core/data-class.ts';
import type { Manifest } from '../../schemas/types.ts';
import type { Found } from './found.ts';
import { askCredentials, secretsOf } from './credentials.ts';
import { faultIn, faultInList, wordsIn } from './fields.ts';
import { askLaunch } from './launch.ts';
import type { NewOptions } from './options.ts';
import { askPermissions } from './permissions.ts';
import type { Questions } from './questions.ts';
import { dayOf } from '../../core/time.ts';

const lawfulBases = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
] satisfies readonly Manifest['lawful_basis'][];

/** @param today the day of the access review */
export async function composeManifest(
  name: string,
  found: Found,
  options: NewOptions,
  questions: Questions,
  today: Date,
): Promise<Manifest> {
  const description = await askAccount(found, questions);
  const version =
    options.version ??
    found.version ??
    (await questions.answer({
      option: '--version',
      text: 'the version of the artefact, which it does not say',
      example: '1.2.0',
      check: (each) => faultIn('version', each),
    }));
  // An endpoint is not started, and reaches nothing from here.
  const launch = found.remote === undefined ? await askLaunch(found, options, questions) : {};
  const credentials = await askCredentials(secretsOf(launch.environment, found.remote), questions);
  const permissions = found.remote === undefined ? await askPermissions(launch.environment, found, questions) : {};
  const alternatives = found.hints.alternatives?.filter((each) => faultIn('alternative', each) === undefined) ?? [];
  return {
    name,
    version,
    maintainer: description.maintainer,
    description: description.description,
    ...(found.repository !== undefined && { repository: found.repository }),
    ...(found.license !== undefined && { license: found.license }),
    ...(found.upstream !== undefined && { upstream: found.upstream }),
    scope: description.scope,
    data_classification: description.data_classification,
    lawful_basis: description.lawful_basis,
    reviewed_at: dayOf(today),
    reviewers: description.reviewers,
    ...(alternatives.length > 0 && { alternatives }),
    ...(found.remote === undefined ? { artefact: { url: found.url, sha256: found.sha256 } } : { remote: found.remote }),
    ...(Object.keys(launch).length > 0 && { launch }),
    ...(credentials.length > 0 && { credentials }),
    ...(Object.keys(permissions).length > 0 && { permissions }),
  };
}

type Account = Pick<
  Manifest,
  'maintainer' | 'description' | 'scope' | 'data_classification' | 'lawful_basis' | 'reviewers'
>;

/** Who answers for the server, what it does, and with which data. */
async function askAccount(found: Found, { answer }: Questions): Promise<Account> {
  const maintainer = await answer({
    option: '--maintainer',
    text: 'who here answers for it (an email address)',
    example: 'data-platform@example.com',
    check: (each) => faultIn('maintainer', each),
  });
  const description = await answer({
    option: '--description',
    text: 'what an agent can do with it',
    example: 'Read-only access to the finance data.',
    suggested: found.description,
    check: (each) => faultIn('description', each),
  });
  const scope = await answer({
    option: '--scope',
    text: 'what it may do, as action:object',
    example: 'read:notes write:notes',
    check: (words) =>
      wordsIn(words).length === 0 ? 'write action:object, such as read:notes' : faultInList('scope')(words),
  });
  const dataClass = await answer({
    option: '--data-classification',
    text: 'the most sensitive data that it reaches',
    allowed: dataClasses,
  });
  const lawfulBasis = await answer({
    option: '--lawful-basis',
    text: 'why it may process personal data',
    suggested: 'legitimate_interests',
    allowed: lawfulBases,
  });
  const reviewers = await answer({
    option: '--reviewer',
    text: 'who reviewed its access (an email address)',
    example: 'security@example.com',
    suggested: maintainer,
    check: (words) =>
      wordsIn(words).length === 0
        ? 'write an email address, such as security@example.com'
        : faultInList('reviewer')(words),
  });
  return {
    maintainer,
    description,
    scope: wordsIn(scope),
    data_classification: dataClass as Manifest['data_classification'],
    lawful_basis: lawfulBasis as Manifest['lawful_basis'],
    reviewers: wordsIn(reviewers),
  };
}
