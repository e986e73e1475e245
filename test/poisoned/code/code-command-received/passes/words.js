// Words of a program that no shell reads.
const { execFile, spawn } = require('child_process');
exports.open = async (server) => {
  const { authorization_endpoint: address } = await (await fetch(server)).json();
  execFile('xdg-open', [address]);
  spawn('git', ['clone', '--', address], { shell: false });
};
