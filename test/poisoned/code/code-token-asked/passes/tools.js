const { execFile } = require('child_process');
exports.pods = () => execFile('kubectl', ['get', 'pods']);
exports.who = () => execFile('aws', ['sts', 'get-caller-identity']);
exports.clone = (url) => execFile('git', ['clone', url]);
exports.helper = () => execFile('git', ['config', 'credential.helper']);
