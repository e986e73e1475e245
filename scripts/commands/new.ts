import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readRegistryFiles, type RegistryFiles } from '../../catalog/registry-files.ts';
import { checkRegistryFiles } from '../../catalog/rules.ts';
import { Failure, messageOf, systemCode, UsageError } from '../../core/failure.ts';
import { readManifest } from '../../core/manifest.ts';
import { manifestPath } from '../../core/statement.ts';
import { print, say } from '../../host/output.ts';
import { cooledDown } from '../../resolve/lock.ts';
import { forbiddenArtefact, forbiddenRemote } from '../../review/checks/policy/source.ts';
import { indexOfUv } from '../../artefacts/pypi/uv.ts';
import { openSources } from '../../artefacts/open-sources.ts';
import { describeArtefact } from '../new/artefact.ts';
import { checkCredentialOptions } from '../new/credentials.ts';
import { goOn, keepDraft, readDraft, removeDraft } from '../new/draft.ts';
import { faultIn, manifestText } from '../new/fields.ts';
import { composeManifest } from '../new/manifest.ts';
import { optionsIn, type NewOptions } from '../new/options.ts';
import { openQuestions, type Questions } from '../new/questions.ts';
import type { Found } from '../new/found.ts';
import { describedRemote } from '../new/remote.ts';
import { findSource, kindsOf, sourceKinds, type Source } from '../new/source.ts';
import { toCheck } from '../new/to-check.ts';
import { Interrupted } from '../terminal.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

interface CommandOptions extends CommonOptions {
  readonly draft?: string;
}

const collected = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];

/** `registry new`: writes a manifest that validates, from options or from answers. */
export function create(program: Command): void {
  withJson(program.command('new'))
    .description('write the manifest of a server; asks for what no option gives, on a terminal')
    .argument('[artefact]', 'a package, an image or an address, where no option says which; finds out what it is')
    .option('--npm <package[@version]>', 'an npm package; looked up and hashed')
    .option('--pypi <package[==version]>', 'a Python package; looked up and hashed')
    .option('--oci <image:tag>', 'an image; pinned to the digest that the tag has now')
    .option('--mcpb <https address>', 'an MCPB bundle; fetched and hashed')
    .option('--git <https address#commit>', 'the files of a commit; fetched and hashed')
    .option('--tarball <https address>', 'a tarball; fetched and hashed')
    .option('--remote <https address>', 'an endpoint that runs elsewhere')
    .option('--transport <name>', 'how clients talk to it: streamable-http or sse')
    .option('--header <name>', 'a header that must be sent to it; once for each', collected)
    .option('--issuer <https address>', 'where people sign in to it, if it wants OAuth: `issuer` of that server')
    .option('--version <version>', 'its version, where it does not say it')
    .option('--name <name>', "the server's name here")
    .option('--description <text>', 'what an agent can do with it')
    .option('--maintainer <email>', 'who answers for it')
    .option('--scope <action:object...>', 'what it may do')
    .option('--data-classification <class>', 'public, internal, confidential or restricted')
    .option(
      '--lawful-basis <basis>',
      'consent, contract, legal_obligation, vital_interests, public_task or legitimate_interests',
    )
    .option('--reviewer <email...>', 'who reviewed its access')
    .option('--command <name>', 'which command of the package starts it, where there are several')
    .option('--arg <name>', 'what a user must give it, as directory or as --database; once for each', collected)
    .option('--fixed-arg <word>', 'a word that is always passed, as --stdio; once for each', collected)
    .option(
      '--env <variable>',
      'a variable that it is given; once for each, beside those that the package names',
      collected,
    )
    .option('--host <host:port>', 'a host that it may reach; once for each', collected)
    .option('--read <path>', 'a path that it may read; once for each', collected)
    .option('--write <path>', 'a path that it may read and change; once for each', collected)
    .option(
      '--credential-source <variable: text>',
      "where users get a secret, as 'NOTION_TOKEN: The vault, under team/notion.'; never the secret itself",
      collected,
    )
    .option(
      '--credential-scope <variable: text>',
      "the least that it must allow, as 'NOTION_TOKEN: Read the pages of one team.'",
      collected,
    )
    .option('--draft <file>', 'go on with the answers of this draft, which an earlier run wrote')
    .action(async (artefact: string | undefined, { json, draft: file, ...words }: CommandOptions) => {
      const root = here();
      const draft = file === undefined ? undefined : readDraft(root, file);
      const { options, given } = goOn(draft, optionsIn({ ...words, artefact }));
      await checkCredentialOptions(given);
      const repository = await readRegistryFiles(root);
      const breakOff = (): never => process.exit(interrupted(questions, options, file, json));
      const questions = openQuestions(given, breakOff);
      process.once('SIGINT', breakOff);
      if (draft !== undefined && questions.asks) say(`going on with ${file ?? ''}: what it answers is not asked again`);
      try {
        const isWritten = await writeManifest(repository, options, questions, json);
        if (isWritten && file !== undefined) removeDraft(root, file);
        if (!isWritten) sayKept(questions, options, file);
      } catch (error) {
        if (!(error instanceof Interrupted)) {
          sayKept(questions, options, file);
          throw error;
        }
        process.exitCode = interrupted(questions, options, file, json);
      } finally {
        process.off('SIGINT', breakOff);
        questions.close();
      }
    });
}

/** As a shell has it for a program that Ctrl-C ended. */
const exitInterrupted = 130;

/** Keeps what was answered, and says how to go on. */
function interrupted(
  { answers }: Questions,
  options: NewOptions,
  file: string | undefined,
  json: true | undefined,
): number {
  const { message, remedy } = kept(answers, options, file);
  if (json) print(true, { schemaVersion: 1, ok: false, error: { code: 'interrupted', message, remedy } }, []);
  say('', `registry: interrupted: ${message}`, `  ${remedy}`);
  return exitInterrupted;
}

function kept(
  answers: ReadonlyMap<string, string>,
  options: NewOptions,
  file: string | undefined,
): { readonly message: string; readonly remedy: string } {
  if (answers.size === 0 && Object.keys(options).length === 0)
    return { message: 'nothing was answered yet', remedy: 'run the command again' };
  try {
    const draft = keepDraft(here(), file, { options, answers });
    const word = /^[\w./~+-]+$/u.test(draft) ? draft : `'${draft.replaceAll("'", String.raw`'\''`)}'`;
    return { message: `your answers are kept in ${draft}`, remedy: `go on with: npx registry new --draft ${word}` };
  } catch (error) {
    return { message: `your answers could not be kept: ${messageOf(error)}`, remedy: 'run the command again' };
  }
}

/** Nobody should have to answer everything again because of one fault at the end. */
function sayKept({ asks, answers }: Questions, options: NewOptions, file: string | undefined): void {
  if (!asks || answers.size === 0) return;
  const { message, remedy } = kept(answers, options, file);
  say(message, `  ${remedy}`, '  an option changes an answer, such as --name');
}

/** @returns whether it was written; where it has problems, they are said */
async function writeManifest(
  repository: RegistryFiles,
  options: NewOptions,
  questions: Questions,
  json: true | undefined,
): Promise<boolean> {
  const now = new Date();
  const name = (suggested?: string): Promise<string> =>
    questions.answer({
      option: '--name',
      text: "the server's name here",
      example: 'internal-postgres',
      suggested,
      check: isFree,
    });
  const isFree = (each: string): string | undefined =>
    faultIn('name', each) ??
    (repository.names.has(each) ? `${manifestPath(each)} is there already: choose another name` : undefined);
  // Before anything is fetched or asked.
  if (questions.given.has('--name')) await name();
  if (!questions.asks) missingOptions(questions.given);
  const policy = repository.policy?.value;
  const checkAllowed = (source: Source): void => {
    const forbidden = source.kind === 'remote' ? forbiddenRemote(policy) : forbiddenArtefact(source, policy);
    if (forbidden !== undefined) throw new Failure(forbidden.code, forbidden.message, forbidden.remedy);
  };
  const sources = await openSources({ defaultIndex: indexOfUv });
  let found: Found | undefined;
  const source = await findSource(questions, async (each) => {
    checkAllowed(each);
    if (each.kind === 'remote') return undefined;
    try {
      found = await describeArtefact(each, sources, cooledDown(now, policy));
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure) || !/^no-such-|^unpinned$/u.test(error.code)) throw error;
      return `${error.message}: ${error.remedy}`;
    }
  });
  checkAllowed(source);
  found ??=
    source.kind === 'remote'
      ? await describedRemote(source.url, questions)
      : await describeArtefact(source, sources, cooledDown(now, policy));
  const suggested = found.names.find((each) => isFree(each) === undefined);
  const [taken] = found.names;
  if (suggested === undefined && taken !== undefined && !questions.asks && !questions.given.has('--name'))
    throw new UsageError(isFree(taken) ?? '', 'give another name with --name');
  const chosen = questions.answers.get('--name') ?? (await name(suggested));
  const manifest = await composeManifest(chosen, found, options, questions, now);
  const text = manifestText(manifest);
  const file = manifestPath(chosen);
  const read = readManifest(file, Buffer.from(text));
  const problems = read.ok
    ? checkRegistryFiles({
        ...repository,
        servers: [
          ...repository.servers,
          { name: chosen, manifest: read.document, manifestBytes: Buffer.from(text), hasLockFile: false },
        ],
      }).filter((problem) => problem.file === file && problem.severity !== 'warning')
    : read.problems;
  if (problems.length > 0) {
    conclude(json, problems, { file }, []);
    return false;
  }
  await writeFile(join(here(), file), text, { flag: 'wx' }).catch((cause: unknown) => {
    if (systemCode(cause) !== 'EEXIST') throw cause;
    throw new UsageError(`${file} is there already`, 'choose another name, or edit it', { cause });
  });
  conclude(json, [], { file }, [`wrote ${file}`, ...toCheck(manifest, found), `next: npx registry lock ${chosen}`]);
  return true;
}

/** What nothing suggests an answer to: all of it at once, since nobody can be asked one after the other. */
function missingOptions(given: ReadonlyMap<string, string>): void {
  const needed = ['--maintainer', '--scope', '--data-classification'];
  const word = given.get('artefact');
  const kinds = word === undefined ? [] : kindsOf(word);
  const isEndpoint = given.has('--remote') || (typeof kinds !== 'string' && kinds.includes('remote'));
  const isNamed = word !== undefined || sourceKinds.some((kind) => given.has(`--${kind}`));
  const artefact = isEndpoint ? ['--name', '--description'] : isNamed ? [] : ['artefact'];
  const missing = [...artefact, ...needed].filter((option) => !given.has(option));
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      'give them, or run the command on a terminal, where it asks; `registry new --help` says what each is',
    );
}
