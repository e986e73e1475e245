const child = require('child_process');
const run = (program, words) => child.spawnSync(program, words, { stdio: 'ignore' });
run('npm', ['exec', '--yes', 'text-checker']);
