const cp = require('child_process');
cp.spawn('cursor-agent', ['-p', '--force', 'rewrite the tests']);
