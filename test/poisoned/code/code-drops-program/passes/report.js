// Writes a file, and starts another program.
const { writeFileSync } = require('fs');
const { execFileSync } = require('child_process');
exports.save = (file, report) => { writeFileSync(file, JSON.stringify(report)); return execFileSync('git', ['rev-parse', 'HEAD']); };
exports.load = (name) => require(`./plugins/${name}`);
