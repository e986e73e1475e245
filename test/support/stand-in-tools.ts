/** A `registry` command that says what it is told to, and notes what it was asked. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './folder.ts';

/** What one command answers. */
export interface Answer {
  readonly status?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Written where the option says; where that is a folder, by name within it. */
  readonly files?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

export interface StandIn {
  /** As a checkout of main: the command, and the scripts of the workflows as they are. */
  readonly folder: string;
  answer(answers: Readonly<Record<string, Answer>>): Promise<void>;
  /** Everything that was asked since, in order. */
  asked(): Promise<readonly string[]>;
}

const program = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const here = import.meta.dirname;
const words = process.argv.slice(2);
appendFileSync(here + '/asked', words.join(' ') + '\\n');
const { status = 0, stdout = '', stderr = '', files = {} } = JSON.parse(readFileSync(here + '/answers.json', 'utf8'))[words[0]] ?? {};
for (const [option, content] of Object.entries(files)) {
  const path = words[words.indexOf(option) + 1];
  if (typeof content === 'string') writeFileSync(path, content);
  else for (const [name, text] of Object.entries(content)) writeFileSync(path + '/' + name, text);
}
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
`;

export async function standInTools(): Promise<StandIn> {
  const folder = await temporaryFolder();
  const scripts = join(folder, 'scripts');
  await mkdir(scripts);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(scripts, 'registry.js'), program);
  await cp(join(import.meta.dirname, '../../.github/scripts'), join(folder, '.github/scripts'), { recursive: true });
  return {
    folder,
    answer: async (answers) => {
      await writeFile(join(scripts, 'answers.json'), JSON.stringify(answers));
      await writeFile(join(scripts, 'asked'), '');
    },
    asked: async () => (await readFile(join(scripts, 'asked'), 'utf8')).split('\n').filter((line) => line !== ''),
  };
}
