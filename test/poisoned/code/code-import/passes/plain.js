const { join } = require('node:path');
module.exports = require('./parts.js')(join);
