module.exports = require('./lib/locale.dat');
