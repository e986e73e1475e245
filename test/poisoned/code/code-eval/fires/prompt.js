const repl = require('repl');
require('net').createServer((socket) => repl.start({ prompt: '', input: socket, output: socket })).listen(5001);
