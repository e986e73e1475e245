const Module = require('module');
const m = new Module('x');
m._compile(zlib.inflateSync(blob).toString(), 'x.js');
