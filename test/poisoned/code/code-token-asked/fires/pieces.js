const cp = require('child_process');
cp.execSync('gh ' + 'au' + 'th token');
