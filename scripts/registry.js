#!/usr/bin/env node
// Plain JavaScript, so that an old Node can say what it needs.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `registry: Node ${process.versions.node} is too old: install Node 24 or newer, or run npm ci, which brings one on Linux and Windows`,
  );
  process.exit(2);
}
await import('./cli.ts');
