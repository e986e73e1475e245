const { readFile, writeFile } = require('fs/promises');
const { spawn } = require('child_process');
exports.format = async (file) => { await writeFile(file, (await readFile(file, 'utf8')).trim()); };
exports.lint = (tool, files) => spawn(tool, files);
exports.find = (text) => /x(.)/.exec(text);
