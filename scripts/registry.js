#!/usr/bin/env node
// Plain JavaScript, so that an old Node can say what it needs.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `registry: Node ${process.versions.node} is too old: install Node 24 or newer, or run npm ci, which brings one on Linux and Windows`,
  );
  process.exit(2);
}
// Half of what a start takes is compiling. The result is kept inside node_modules, which only those can change who can
// change the program; where that cannot be written, every start compiles.
const { enableCompileCache } = await import('node:module');
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/countersign/compiled`);
await import('./cli.ts');
