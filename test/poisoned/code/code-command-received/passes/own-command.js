const { execSync } = require('child_process');
exports.report = async () => {
  const commit = execSync('git rev-parse HEAD').toString();
  const answer = await fetch('https://api.example.com/commits', { method: 'POST', body: commit });
  return answer.ok;
};
