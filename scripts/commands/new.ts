import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { dataClasses } from '../../core/data-class.ts';
import { sha256 } from '../../core/digest.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { systemCode, UsageError } from '../../core/failure.ts';
import { readManifest } from '../../core/manifest.ts';
import { NoSuchPackage, openNpmRegistry } from '../../core/npm-registry.ts';
import { manifestPath } from '../../core/statement.ts';
import { say } from '../../host/output.ts';
import type { Manifest } from '../../schemas/types.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { checkRegistryFiles } from '../../catalog/rules.ts';
import { answerTo } from '../terminal.ts';
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
}

/** What the artefact itself tells. */
interface Found {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly repository?: string;
  readonly url: string;
  readonly sha256: string;
}

/** `registry new`: writes a manifest that validates, from flags or from answers. */
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
    .action(async (options: NewOptions) => {
      const repository = await readRegistryFiles(here());
      const ask = questions();
      try {
        const found = await findArtefact(options, ask);
        const name = options.name ?? (await ask('--name', "the server's name here", found.name));
        const text = await compose(name, found, options, ask);
        const file = manifestPath(name);
        const read = readManifest(file, Buffer.from(text));
        if (!read.ok) return conclude(options.json, read.problems, { file }, []);
        const added = { name, manifest: read.document, manifestBytes: Buffer.from(text), hasLockFile: false };
        const clashes = checkRegistryFiles({ ...repository, servers: [...repository.servers, added] }).filter(
          (problem) => problem.file === file && problem.severity !== 'warning',
        );
        if (clashes.length > 0) return conclude(options.json, clashes, { file }, []);
        await writeFile(join(here(), file), text, { flag: 'wx' }).catch((cause: unknown) => {
          if (systemCode(cause) !== 'EEXIST') throw cause;
          throw new UsageError(`${file} is there already`, 'choose another name, or edit it', { cause });
        });
        conclude(options.json, [], { file }, [
          `wrote ${file}`,
          `next: add what it may reach under permissions, then run \`npx registry lock ${name}\``,
        ]);
      } finally {
        ask.close();
      }
    });
}

interface Ask {
  /** With `allowed`, asks again until the answer is one of them: what was answered before must not be lost. */
  (option: string, question: string, suggested?: string, allowed?: readonly string[]): Promise<string>;
  close(): void;
}

const lawfulBases = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
] satisfies readonly Manifest['lawful_basis'][];

/** Asks on a terminal; elsewhere a missing option is wrong usage. */
function questions(): Ask {
  const terminal = process.stdin.isTTY && process.stderr.isTTY;
  const reader = terminal ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  const ask = async (
    option: string,
    question: string,
    suggested?: string,
    allowed?: readonly string[],
  ): Promise<string> => {
    if (reader === undefined) {
      if (suggested !== undefined) return suggested;
      throw new UsageError(`${option} is missing`, `give ${option}: ${question}`);
    }
    const answer = (await answerTo(reader, `${question}${suggested === undefined ? '' : ` [${suggested}]`}: `)).trim();
    const chosen = answer === '' ? suggested : answer;
    if (chosen !== undefined && (allowed === undefined || allowed.includes(chosen))) return chosen;
    if (chosen !== undefined && allowed !== undefined)
      say(`it is one of ${allowed.join(', ')}${didYouMean(chosen, allowed)}`);
    return ask(option, question, suggested, allowed);
  };
  return Object.assign(ask, { close: () => reader?.close() });
}

async function findArtefact(options: NewOptions, ask: Ask): Promise<Found> {
  if (options.artefact !== undefined) {
    const digest =
      options.sha256 ?? (await ask('--sha256', 'the sha256 of the file served (for OCI, the index digest)'));
    const version = options.version ?? (await ask('--version', 'its version'));
    return { url: options.artefact, sha256: digest, version };
  }
  const spec = options.npm ?? (await ask('--npm', 'npm package, such as @example/mcp-server@1.2.0'));
  const at = spec.indexOf('@', 1);
  const name = at === -1 ? spec : spec.slice(0, at);
  const registry = await openNpmRegistry();
  const packument = await registry.packument(name);
  const version = at === -1 ? packument['dist-tags']?.latest : spec.slice(at + 1);
  const manifest = version === undefined ? undefined : packument.versions[version];
  if (version === undefined || manifest === undefined) throw new NoSuchPackage(spec, undefined);
  const { description, license } = manifest;
  const repository = webAddress(manifest.repository);
  return {
    name: suggestedName(name),
    version,
    ...(description !== undefined && { description }),
    ...(license !== undefined && !license.startsWith('SEE ') && { license }),
    ...(repository !== undefined && { repository }),
    url: `npm:${name}@${version}`,
    sha256: sha256(await registry.tarball(name, version)),
  };
}

/** `@modelcontextprotocol/server-memory` → `memory` */
const suggestedName = (packageName: string): string =>
  packageName
    .slice(packageName.indexOf('/') + 1)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^(mcp-|server-)+|(-mcp|-server)+$|^-|-$/gu, '');

/** `git+https://github.com/example/example.git` → `https://github.com/example/example` */
function webAddress(repository: string | undefined): string | undefined {
  const address = repository
    ?.replace(/^git\+/u, '')
    .replace(/^ssh:\/\/git@|^git:\/\//u, 'https://')
    .replace(/\.git$/u, '');
  return address?.startsWith('https://') ? address : undefined;
}

async function compose(name: string, found: Found, options: NewOptions, ask: Ask): Promise<string> {
  const maintainer = options.maintainer ?? (await ask('--maintainer', 'who here answers for it (an email address)'));
  const manifest = {
    name,
    version: options.version ?? found.version,
    maintainer,
    description: options.description ?? (await ask('--description', 'what an agent can do with it', found.description)),
    ...(found.repository !== undefined && { repository: found.repository }),
    ...(found.license !== undefined && { license: found.license }),
    scope: options.scope ?? (await ask('--scope', 'what it may do, as action:object')).split(/[\s,]+/u),
    data_classification:
      options.dataClassification ??
      (await ask(
        '--data-classification',
        `the most sensitive data it reaches: ${dataClasses.join(', ')}`,
        undefined,
        dataClasses,
      )),
    lawful_basis:
      options.lawfulBasis ??
      (await ask('--lawful-basis', 'why personal data may be processed', 'legitimate_interests', lawfulBases)),
    reviewed_at: new Date().toISOString().slice(0, 10),
    reviewers: options.reviewer ?? [await ask('--reviewer', 'who reviewed its access', maintainer)],
    artefact: { url: found.url, sha256: found.sha256 },
  };
  const schema = '# yaml-language-server: $schema=../schemas/manifest.schema.json\n';
  return schema + stringify(manifest, { lineWidth: 120, singleQuote: true });
}
