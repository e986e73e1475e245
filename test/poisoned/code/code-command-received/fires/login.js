const { exec } = require('child_process');
exports.login = async (server) => {
  const { authorization_endpoint: address } = await (await fetch(server + '/.well-known/oauth-authorization-server')).json();
  exec('xdg-open ' + address);
};
