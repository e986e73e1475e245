#!/usr/bin/env node
// Plain JavaScript, so that an old Node can say what it needs.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`countersign: Node ${process.versions.node} is too old: install Node 24 or newer`);
  process.exit(2);
}
await import('../dist/countersign.js');
