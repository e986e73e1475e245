const { spawnSync } = require('child_process');
module.exports = (host) => spawnSync('git', ['credential', 'fill'], { input: `protocol=https\nhost=${host}\n` }).stdout;
