const { execSync } = require('child_process');
exports.alive = () => execSync('ping -c 1 collector.example.invalid').length > 0;
