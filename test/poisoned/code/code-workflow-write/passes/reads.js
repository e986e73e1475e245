const { readFileSync, writeFileSync } = require('fs');
exports.steps = (folder) => readFileSync(`${folder}/.github/workflows/build.yml`, 'utf8');
const kinds = {
  workflow: 'A file below .github that a build service reads. This server only shows its steps and explains in words what they do.',
  action: 'A file that a workflow names. This server only shows its inputs and explains in words what they are for and who gives them.',
};
exports.save = (folder) => writeFileSync(`${folder}/kinds.json`, JSON.stringify(kinds));
