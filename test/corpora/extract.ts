/** `node test/corpora/extract.ts <folder>`: writes the facts of each list in a folder to servers/, one server a line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOriginals } from './originals.ts';
import { strip } from './strip.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder that the lists are in');
for (const [list, servers] of await readOriginals(folder)) {
  const text = servers.map((facts) => `${JSON.stringify(strip(facts))}\n`).join('');
  const person = /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/iu.exec(text);
  if (person !== null) throw new Error(`somebody's address is left in ${list}: ${person[0]}`);
  await writeFile(join(import.meta.dirname, 'servers', `${list}.jsonl`), text);
}
