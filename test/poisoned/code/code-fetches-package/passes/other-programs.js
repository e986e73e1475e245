const { execSync, spawn } = require('child_process');
execSync('git add README.md');
spawn('browser', ['install']);
execSync('test-npx install');
/npx -y (\w+)/.exec(text);
