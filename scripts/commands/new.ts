import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { dataClasses } from '../../core/data-class.ts';
import { sha256 } from '../../core/digest.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { systemCode, UsageError } from '../../core/failure.ts';
import { isJsonObject } from '../../core/json.ts';
import { readManifest } from '../../core/manifest.ts';
import { NoSuchPackage, openNpmRegistry } from '../../core/npm-registry.ts';
import { describePackage } from '../../core/package-manifest.ts';
import { manifestPath } from '../../core/statement.ts';
import { readTarball } from '../../core/tarball.ts';
import { print, say } from '../../host/output.ts';
import type { Argument, EnvironmentInput, Manifest } from '../../schemas/types.ts';
import { readRegistryFiles, type RegistryFiles } from '../../catalog/registry-files.ts';
import { checkRegistryFiles } from '../../catalog/rules.ts';
import { adoptableVersion } from '../../resolve/adoptable.ts';
import { cooledDown } from '../../resolve/lock.ts';
import { hintsOf, namesSecret, type PackageHints } from '../../resolve/package-hints.ts';
import { faultIn, faultInList, manifestText, wordsIn, type Form } from '../manifest-text.ts';
import { openQuestions, type Questions } from '../questions.ts';
import { Interrupted } from '../terminal.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

interface NewOptions extends CommonOptions {
  readonly npm?: string;
  readonly artefact?: string;
  readonly sha256?: string;
  readonly version?: string;
  readonly name?: string;
  readonly description?: string;
  readonly maintainer?: string;
  readonly scope?: readonly string[];
  readonly dataClassification?: string;
  readonly lawfulBasis?: string;
  readonly reviewer?: readonly string[];
  readonly command?: string;
  readonly arg?: readonly string[];
  readonly fixedArg?: readonly string[];
  readonly env?: readonly string[];
  readonly host?: readonly string[];
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly draft?: string;
}

/** What the artefact itself tells. */
interface Found {
  /** What it may be called here, the best first. */
  readonly names: readonly string[];
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly repository?: string;
  readonly url: string;
  readonly sha256: string;
  readonly commands: readonly string[];
  readonly hints: PackageHints;
}

const collected = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];

/** `registry new`: writes a manifest that validates, from options or from answers. */
export function create(program: Command): void {
  withJson(program.command('new'))
    .description('write the manifest of a server; asks for what no option gives, on a terminal')
    .option('--npm <package[@version]>', 'an npm package; looked up and hashed')
    .option('--artefact <url>', 'any other artefact, with --sha256 and --version')
    .option('--sha256 <digest>', 'its digest')
    .option('--version <version>', 'its version')
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
    .option('--draft <file>', 'go on with the answers of this draft, which an earlier run wrote')
    .action(async (options: NewOptions) => {
      const repository = await readRegistryFiles(here());
      const questions = openQuestions(givenIn(options));
      const breakOff = (): never => process.exit(interrupted(questions, options));
      process.once('SIGINT', breakOff);
      try {
        await writeManifest(repository, options, questions);
        if (options.draft !== undefined) rmSync(options.draft, { force: true });
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        process.exitCode = interrupted(questions, options);
      } finally {
        process.off('SIGINT', breakOff);
        questions.close();
      }
    });
}

/** As a shell has it for a program that Ctrl-C ended. */
const exitInterrupted = 130;

/** Keeps what was answered, and says how to go on. */
function interrupted({ answers }: Questions, { json, draft, npm }: NewOptions): number {
  const all = { ...(npm !== undefined && { '--npm': npm }), ...Object.fromEntries(answers) };
  const file = draft ?? join('.registry', 'drafts', `${answers.get('--name') ?? 'new'}.json`);
  const path = join(here(), file);
  const kept = Object.keys(all).length > 0;
  if (kept) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ schemaVersion: 1, answers: all }, null, 2)}\n`);
  }
  const remedy = kept ? `go on with \`npx registry new --draft ${file}\`` : 'run the command again';
  const message = kept ? `interrupted; the answers so far are in ${file}` : 'interrupted before anything was answered';
  if (json) print(true, { schemaVersion: 1, ok: false, error: { code: 'interrupted', message, remedy } }, []);
  say('', `registry: interrupted: ${message}`, `  ${remedy}`);
  return exitInterrupted;
}

/** What the options and the draft say, by option; the options count first. */
function givenIn(options: NewOptions): ReadonlyMap<string, string> {
  const words = (list: readonly string[] | undefined): string | undefined => list?.join(' ');
  const given = new Map(readDraft(options.draft));
  const own: Readonly<Record<string, string | undefined>> = {
    '--npm': options.npm,
    '--artefact': options.artefact,
    '--sha256': options.sha256,
    '--version': options.version,
    '--name': options.name,
    '--description': options.description,
    '--maintainer': options.maintainer,
    '--scope': words(options.scope),
    '--data-classification': options.dataClassification,
    '--lawful-basis': options.lawfulBasis,
    '--reviewer': words(options.reviewer),
    '--command': options.command,
    '--arg': words(options.arg),
    '--host': words(options.host),
    '--read': words(options.read),
    '--write': words(options.write),
  };
  for (const [option, value] of Object.entries(own)) if (value !== undefined) given.set(option, value);
  return given;
}

function readDraft(file: string | undefined): [string, string][] {
  if (file === undefined) return [];
  try {
    const draft: unknown = JSON.parse(readFileSync(join(here(), file), 'utf8'));
    if (isJsonObject(draft) && isJsonObject(draft.answers))
      return Object.entries(draft.answers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    throw new UsageError(`${file} is no draft`, 'give the file that `registry new` named, or leave --draft out');
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const why = systemCode(cause) === 'ENOENT' ? `there is no ${file}` : `${file} cannot be read`;
    throw new UsageError(why, 'give the file that `registry new` named, or leave --draft out', { cause });
  }
}

async function writeManifest(repository: RegistryFiles, options: NewOptions, questions: Questions): Promise<void> {
  const { json } = options;
  const isFree = (name: string): string | undefined =>
    faultIn('name', name) ??
    (repository.names.has(name) ? `${manifestPath(name)} is there already: choose another name` : undefined);
  // Before anything is fetched or asked.
  if (options.name !== undefined) await questions.answer({ option: '--name', text: 'the name', check: isFree });
  if (!questions.asks) missingOptions(options);
  const found = await findArtefact(repository, questions);
  const suggested = found.names.find((each) => isFree(each) === undefined);
  const [taken] = found.names;
  if (suggested === undefined && taken !== undefined && !questions.asks && !questions.given.has('--name'))
    throw new UsageError(isFree(taken) ?? '', 'give another name with --name');
  const name = await questions.answer({ option: '--name', text: "the server's name here", suggested, check: isFree });
  const manifest = await compose(name, found, options, questions);
  const text = manifestText(manifest);
  const file = manifestPath(name);
  const read = readManifest(file, Buffer.from(text));
  if (!read.ok) return conclude(json, read.problems, { file }, []);
  const added = { name, manifest: read.document, manifestBytes: Buffer.from(text), hasLockFile: false };
  const clashes = checkRegistryFiles({ ...repository, servers: [...repository.servers, added] }).filter(
    (problem) => problem.file === file && problem.severity !== 'warning',
  );
  if (clashes.length > 0) return conclude(json, clashes, { file }, []);
  await writeFile(join(here(), file), text, { flag: 'wx' }).catch((cause: unknown) => {
    if (systemCode(cause) !== 'EEXIST') throw cause;
    throw new UsageError(`${file} is there already`, 'choose another name, or edit it', { cause });
  });
  conclude(json, [], { file }, [`wrote ${file}`, ...toCheck(manifest, found), `next: npx registry lock ${name}`]);
}

/** What nothing suggests an answer to: all of it at once, since nobody can be asked one after the other. */
function missingOptions(options: NewOptions): void {
  const given = givenIn(options);
  const needed = ['--maintainer', '--scope', '--data-classification'];
  const artefact = given.has('--artefact')
    ? ['--sha256', '--version', '--name', '--description']
    : given.has('--npm')
      ? []
      : ['--npm'];
  const missing = [...artefact, ...needed].filter((option) => !given.has(option));
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      'give them, or run the command on a terminal, where it asks; `registry new --help` says what each is',
    );
}

/** What somebody should look at who knows the server. */
function toCheck({ launch, permissions }: Manifest, { hints, commands }: Found): string[] {
  const variables = launch?.environment?.map(({ name, secret }) => (secret === true ? `${name} (secret)` : name)) ?? [];
  const others = commands.filter((command) => command !== launch?.command);
  const hosts = hints.hosts.filter(
    (host) => permissions?.network?.some((each) => each.startsWith(`${host}:`)) !== true,
  );
  return [
    ...(launch?.command === undefined
      ? []
      : [`it is started with its command ${launch.command}, not ${others.join(', ')}`]),
    ...(variables.length === 0
      ? []
      : [
          `it is given the variables ${variables.join(', ')}: remove what it can do without, under launch and permissions`,
        ]),
    ...(hosts.length === 0
      ? []
      : [
          `its code names ${hosts.join(', ')}: what it must reach belongs under permissions.network, as ${hosts[0] ?? ''}:443`,
        ]),
  ];
}

async function findArtefact(repository: RegistryFiles, questions: Questions): Promise<Found> {
  const ask = questions.answer;
  if (hasArtefact(questions)) {
    const url = await ask({
      option: '--artefact',
      text: 'its address',
      check: (each) => faultIn('artefact', each),
    });
    const text = 'the sha256 of the file served (for OCI, the index digest)';
    const digest = await ask({ option: '--sha256', text, check: (each) => faultIn('sha256', each) });
    const version = await ask({
      option: '--version',
      text: 'its version',
      check: (each) => faultIn('version', each),
    });
    return {
      names: [],
      url,
      sha256: digest,
      version,
      commands: [],
      hints: { variables: [], arguments: [], hosts: [] },
    };
  }
  const spec = await ask({ option: '--npm', text: 'npm package, such as @example/mcp-server@1.2.0' });
  const at = spec.indexOf('@', 1);
  const name = at === -1 ? spec : spec.slice(0, at);
  const registry = await openNpmRegistry();
  const packument = await registry.packument(name);
  const wanted = at === -1 ? undefined : spec.slice(at + 1);
  const adoptable = adoptableVersion(packument, cooledDown(new Date(), repository.policy?.value));
  const version = wanted === undefined ? adoptable?.version : (packument['dist-tags']?.[wanted] ?? wanted);
  const manifest = version === undefined ? undefined : packument.versions[version];
  if (version === undefined || manifest === undefined)
    throw new NoSuchPackage(`${spec}${didYouMean(wanted ?? '', Object.keys(packument.versions))}`, undefined);
  if (wanted === undefined && adoptable?.tooNew !== undefined)
    say(
      version === adoptable.tooNew
        ? `${name} ${version} is younger than the policy's cooldown: lock it later, or with --as-of`
        : `${name} ${adoptable.tooNew} is younger than the policy's cooldown, so this takes ${version}`,
    );
  const tarball = await registry.tarball(name, version);
  const files = readTarball(tarball, `${name}@${version}`);
  const commands = Object.keys(describePackage(files, `${name}@${version}`).bin ?? {});
  return {
    names: suggestedNames(name),
    version,
    // What npm takes and a manifest does not is left out, or asked for.
    ...fitting('description', manifest.description?.replaceAll(/\s+/gu, ' ').trim().slice(0, 500)),
    ...fitting('license', manifest.license?.startsWith('SEE ') === true ? undefined : manifest.license),
    ...fitting('repository', webAddress(manifest.repository)),
    url: `npm:${name}@${version}`,
    sha256: sha256(tarball),
    commands: byLikeness(commands, name),
    hints: hintsOf(files, name),
  };
}

const hasArtefact = ({ given }: Questions): boolean => given.has('--artefact');

const fitting = <Field extends Form>(field: Field, value: string | undefined): { readonly [key in Field]?: string } =>
  (value === undefined || faultIn(field, value) !== undefined ? {} : { [field]: value }) as {
    readonly [key in Field]?: string;
  };

/** `@modelcontextprotocol/server-memory` → `memory`, `modelcontextprotocol-memory`; `@example/mcp` → `example` */
function suggestedNames(packageName: string): string[] {
  const plain = (part: string): string =>
    part
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .replaceAll(/^(?:mcp-|server-)+|(?:-mcp|-server)+$|^-|-$/gu, '');
  const [scope = '', own] = packageName.startsWith('@')
    ? packageName.slice(1).split('/').map(plain)
    : ['', plain(packageName)];
  const says = own !== undefined && !/^(?:mcp|server|)$/u.test(own);
  const names = [...(says ? [own] : [scope]), ...(says && scope !== '' ? [`${scope}-${own}`] : [])];
  return names.filter((name) => faultIn('name', name) === undefined);
}

/** `git+https://github.com/example/example.git` → `https://github.com/example/example` */
function webAddress(repository: string | undefined): string | undefined {
  const address = repository
    ?.replace(/^git\+/u, '')
    .replace(/^ssh:\/\/git@|^git:\/\//u, 'https://')
    .replace(/\.git$/u, '');
  return address?.startsWith('https://') ? address : undefined;
}

/** The likeliest first: what is named as the package is, as npm itself chooses, then what says mcp or server. */
function byLikeness(commands: readonly string[], packageName: string): string[] {
  const plain = packageName.slice(packageName.indexOf('/') + 1);
  const rank = (command: string): number =>
    command === plain
      ? 0
      : command.includes(plain) || plain.includes(command)
        ? 1
        : /mcp|server/u.test(command)
          ? 2
          : 3;
  return commands.toSorted((a, b) => rank(a) - rank(b));
}

const lawfulBases = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
] satisfies readonly Manifest['lawful_basis'][];

async function compose(name: string, found: Found, options: NewOptions, questions: Questions): Promise<Manifest> {
  const ask = questions.answer;
  const checked =
    (form: Form) =>
    (answer: string): string | undefined =>
      faultIn(form, answer);
  const maintainer = await ask({
    option: '--maintainer',
    text: 'who here answers for it (an email address)',
    check: checked('maintainer'),
  });
  const description = await ask({
    option: '--description',
    text: 'what an agent can do with it',
    suggested: found.description,
    check: checked('description'),
  });
  const scope = await ask({
    option: '--scope',
    text: 'what it may do, as action:object, such as read:notes',
    check: (words) => faultInList('scope')(words) ?? (wordsIn(words).length === 0 ? 'write action:object' : undefined),
  });
  const dataClass = await ask({
    option: '--data-classification',
    text: `the most sensitive data it reaches: ${dataClasses.join(', ')}`,
    allowed: dataClasses,
  });
  const lawfulBasis = await ask({
    option: '--lawful-basis',
    text: 'why personal data may be processed',
    suggested: 'legitimate_interests',
    allowed: lawfulBases,
  });
  const reviewers = await ask({
    option: '--reviewer',
    text: 'who reviewed its access (an email address)',
    suggested: maintainer,
    check: faultInList('reviewer'),
  });
  const launch = await askLaunch(found, options, questions);
  const permissions = await askPermissions(launch.environment, found, questions);
  return {
    name,
    version: options.version ?? found.version,
    maintainer,
    description,
    ...(found.repository !== undefined && { repository: found.repository }),
    ...(found.license !== undefined && { license: found.license }),
    scope: wordsIn(scope),
    data_classification: dataClass as Manifest['data_classification'],
    lawful_basis: lawfulBasis as Manifest['lawful_basis'],
    reviewed_at: new Date().toISOString().slice(0, 10),
    reviewers: wordsIn(reviewers),
    artefact: { url: found.url, sha256: found.sha256 },
    ...(Object.keys(launch).length > 0 && { launch }),
    ...(Object.keys(permissions).length > 0 && { permissions }),
  };
}

async function askLaunch(
  { commands, hints }: Found,
  options: NewOptions,
  { answer }: Questions,
): Promise<NonNullable<Manifest['launch']>> {
  const command =
    commands.length < 2 && options.command === undefined
      ? undefined
      : await answer({
          option: '--command',
          text: `which of its commands starts the server: ${commands.join(', ')}`,
          suggested: commands[0],
          ...(commands.length > 0 && { allowed: commands }),
          check: (each) => faultIn('command', each),
        });
  const suggested = hints.arguments.filter(({ required, fixed }) => required && fixed === undefined);
  const names = await answer({
    option: '--arg',
    text: 'what a user must give it after --, as directory or as --database (- for nothing)',
    list: true,
    suggested: suggested.map(({ name }) => name).join(' ') || undefined,
    check: faultInList('argument'),
  });
  const fault = faultInList('environment')(options.env?.join(' ') ?? '');
  if (fault !== undefined) throw new UsageError(`--env: ${fault}`, 'give --env once for each variable');
  const variables = await answer({
    option: '--env',
    text: 'the environment variables that it is given (- for none)',
    list: true,
    suggested:
      [...new Set([...hints.variables.map(({ name }) => name), ...(options.env ?? [])])].join(' ') || undefined,
    check: faultInList('environment'),
  });
  const fixed = [...hints.arguments.flatMap(({ fixed: word }) => word ?? []), ...(options.fixedArg ?? [])];
  const words: Argument[] = [
    ...fixed.map((value) => ({ type: 'fixed' as const, value })),
    ...wordsIn(names).map((name): Argument => {
      const hint = suggested.find((each) => each.name === name);
      const input = {
        name,
        description: hint?.description ?? `What the server takes as ${name}.`,
        required: true,
        ...(namesSecret(name) && { secret: true }),
        ...(/(?:path|dir|directory|file|folder|root|vault|workspace)s?$/iu.test(name) && {
          format: 'filepath' as const,
        }),
      };
      return name.startsWith('-') ? { type: 'named', ...input } : { type: 'positional', ...input };
    }),
  ];
  const environment = wordsIn(variables).map((name): EnvironmentInput => {
    const hint = hints.variables.find((each) => each.name === name);
    const secret = hint?.secret ?? namesSecret(name);
    return {
      name,
      description:
        hint?.description ?? (secret ? 'A credential of the service that it uses.' : 'A setting of the server.'),
      ...(hint?.required === true && { required: true }),
      ...(secret && { secret: true }),
    };
  });
  return {
    ...(command !== undefined && { command }),
    ...(words.length > 0 && { arguments: words }),
    ...(environment.length > 0 && { environment }),
  };
}

async function askPermissions(
  environment: readonly EnvironmentInput[] = [],
  { hints }: Found,
  { answer, asks }: Questions,
): Promise<NonNullable<Manifest['permissions']>> {
  const hosts = await answer({
    option: '--host',
    text: 'the hosts that it may reach, as host:port, such as api.notion.com:443 (- for none)',
    list: true,
    // Only a person can say that it may: nothing is permitted for standing in a package.
    suggested: asks ? hints.hosts.map((host) => `${host}:443`).join(' ') || undefined : undefined,
    check: faultInList('host'),
  });
  const paths = (option: string, what: string): Promise<string> =>
    answer({ option, text: `the paths that it may ${what} (- for none)`, list: true, check: faultInList('path') });
  const read = wordsIn(await paths('--read', 'read'));
  const write = wordsIn(await paths('--write', 'read and change'));
  const network = wordsIn(hosts);
  return {
    ...(network.length > 0 && { network }),
    ...(read.length + write.length > 0 && {
      filesystem: { ...(read.length > 0 && { read }), ...(write.length > 0 && { write }) },
    }),
    ...(environment.length > 0 && { environment: environment.map(({ name }) => name) }),
  };
}
