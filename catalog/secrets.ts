/** Real credentials in manifests: what looks like one anywhere, and values where a credential is asked for. */
import type { lintSource } from '@secretlint/core';
import type { Problem } from '../core/problem.ts';
import type { Place, YamlFile } from '../core/yaml.ts';
import type { Manifest } from '../schemas/types.ts';
import { addressesWithSecrets, givenCredentials, stringsIn } from './secret-values.ts';

/** A manifest as it was written, and as it was read where it can be. */
export interface WrittenManifest {
  readonly file: string;
  readonly text: string;
  readonly document?: YamlFile<Manifest>;
}

/** Codes of problems that mark a line with a credential: nothing may show such a line. */
const secretCodes: ReadonlySet<string> = new Set(['secret', 'secret-default']);

/**
 * Everything in manifests that looks like a credential. No message holds any of it.
 * @param manifests of any number; the cost is that of one long text
 */
export async function checkSecrets(manifests: readonly WrittenManifest[]): Promise<Problem[]> {
  const lint = await openLinter();
  const problems: Problem[] = [];
  for (const batch of batches(manifests)) {
    // Nearly always there is nothing in any of them. Nothing can be hidden by what stands beside it: no rule reads on
    // past a NUL between two line ends, and where one finds anything, each file is looked at alone.
    if ((await lint(batch.map(({ text }) => text).join(between))).length === 0) continue;
    for (const { file, text } of batch)
      for (const found of await lint(text))
        problems.push(credential(file, placeIn(text, found.range[0]), kindOf(found)));
  }
  for (const { file, text, document } of manifests) {
    if (document === undefined) continue;
    // What is written with escapes is read otherwise than it stands there.
    if (text.includes('\\')) problems.push(...(await checkEscaped(document, text, lint)));
    const { value, locate } = document;
    for (const path of addressesWithSecrets(value))
      problems.push(credential(file, locate(path), 'address with a password or token'));
    for (const { path, name } of givenCredentials(value))
      problems.push({
        code: 'secret-default',
        file,
        ...locate(path),
        message: `a value for ${name} stands here, and every user would get the same`,
        remedy: 'take it away and say under `credentials` where users get theirs, or give the input another name',
      });
  }
  return onePerLine(problems);
}

/** The manifests in which a credential stands, by these problems. */
export const filesWithSecrets = (problems: readonly Pick<Problem, 'code' | 'file'>[]): ReadonlySet<string> =>
  new Set(problems.filter(({ code }) => secretCodes.has(code)).map(({ file }) => file));

/** The problems with what others quote from the lines in which a credential stands left out. */
export function withoutSecrets(problems: readonly Problem[]): Problem[] {
  const lines = new Set(problems.flatMap(({ code, file, line }) => (secretCodes.has(code) ? [`${line} ${file}`] : [])));
  return problems.map((problem) =>
    secretCodes.has(problem.code) || !lines.has(`${problem.line} ${problem.file}`)
      ? problem
      : { ...problem, message: 'what is wrong here is not shown: a credential stands in this line' },
  );
}

type Finding = Awaited<ReturnType<typeof lintSource>>['messages'][number];
type Lint = (text: string) => Promise<readonly Finding[]>;

/** Loads the rules, which most commands never need. */
async function openLinter(): Promise<Lint> {
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const config = {
    rules: rules
      // The author of a secret must not be able to switch the rules off by a comment.
      .filter(({ meta }) => meta.id !== '@secretlint/secretlint-rule-filter-comments')
      // The ids of access keys are looked for only where it is asked; that of an account is no secret.
      .map((rule) => ({
        id: rule.meta.id,
        rule,
        options: { enableIDScanRule: true },
        allowMessageIds: ['AWSAccountID'],
      })),
  };
  return async (text) => {
    const source = {
      filePath: 'manifest.yaml',
      ext: '.yaml',
      contentType: 'text' as const,
      // The library would take a byte order mark away, and count without it.
      content: text.replace(/^\uFEFF/u, ' '),
    };
    return (await lintSource({ source, options: { config, noPhysicFilePath: true, maskSecrets: true } })).messages;
  };
}

const between = '\n\0\n';
const maxBatchLength = 128 * 1024;

function batches(manifests: readonly WrittenManifest[]): WrittenManifest[][] {
  const all: WrittenManifest[][] = [];
  let length = Infinity;
  for (const manifest of manifests) {
    length += manifest.text.length;
    if (length > maxBatchLength) {
      all.push([]);
      length = manifest.text.length;
    }
    all.at(-1)?.push(manifest);
  }
  return all;
}

/** `github-token`; the names are the library's own. */
const kindOf = ({ ruleId, messageId }: Finding): string =>
  `${ruleId.replace(/^.*secretlint-rule-/u, '')}: ${messageId}`;

const credential = (file: string, place: Place | undefined, kind: string): Problem => ({
  code: 'secret',
  file,
  ...place,
  message: `this looks like a real credential (${kind})`,
  remedy: 'take it away and revoke it, since others have seen it; say under `credentials` where users get theirs',
});

async function checkEscaped({ file, value, locate }: YamlFile<Manifest>, text: string, lint: Lint): Promise<Problem[]> {
  const hidden = stringsIn(value).filter(([, string]) => !text.includes(string));
  if (hidden.length === 0) return [];
  if ((await lint(hidden.map(([, string]) => string).join(between))).length === 0) return [];
  const problems: Problem[] = [];
  for (const [path, string] of hidden)
    for (const found of await lint(string)) problems.push(credential(file, locate(path), kindOf(found)));
  return problems;
}

/** The place of an offset in a text, both counted from 1. */
function placeIn(text: string, offset: number): Place {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return { line: text.slice(0, start).split('\n').length, column: offset - start + 1 };
}

/** What is found in more than one way is said once, and most exactly. */
function onePerLine(problems: readonly Problem[]): Problem[] {
  const lines = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.line} ${problem.file}`;
    if (!lines.has(key)) lines.set(key, problem);
  }
  return [...lines.values()];
}
