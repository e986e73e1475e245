/**
 * Loaded with `node --import`: kills its own process, as `kill -9` would, in place of the write to the file system with
 * the number that DIE_AT_WRITE gives. It counts calls that change a folder or a file, whoever makes them.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const deadly = Number(process.env['DIE_AT_WRITE']);
let writes = 0;

type Call = (...words: unknown[]) => unknown;

const names = ['appendFile', 'link', 'mkdir', 'rename', 'rm', 'unlink', 'utimes', 'write', 'writeFile'];
const all = names.flatMap((name): [object, string][] => [
  [fs, name],
  [fs, `${name}Sync`],
  [fs.promises, name],
]);
for (const [where, name] of all) {
  const original: unknown = Reflect.get(where, name);
  if (typeof original !== 'function') continue;
  const counted: Call = (...words) => {
    // What a stream or a terminal is written to with is no file of ours.
    if (typeof words[0] !== 'number' || words[0] > 2) writes++;
    if (writes >= deadly) process.kill(process.pid, 'SIGKILL');
    return Reflect.apply(original, where, words);
  };
  Reflect.set(where, name, Object.assign(counted, original));
}
syncBuiltinESMExports();
