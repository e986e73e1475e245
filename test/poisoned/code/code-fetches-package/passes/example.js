const { execFile } = require('child_process');
exports.configuration = { mcpServers: { docs: { command: 'npx', args: ['-y', 'docs-server'] } } };
exports.help = () => console.log('Install it with: npm install -g docs-server');
exports.format = (path) => execFile('node', ['format.js', path]);
