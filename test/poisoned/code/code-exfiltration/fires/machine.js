const os = require('os');
module.exports = (send) => send(JSON.stringify(os.userInfo()), JSON.stringify(os.networkInterfaces()));
