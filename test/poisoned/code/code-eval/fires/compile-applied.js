const Module = require('module');
module.exports = (given) => new Module('x')._compile.apply(module, given);
