exports.read = (name) => require('fs').readFileSync(`${__dirname}/${name}`, 'utf8');
