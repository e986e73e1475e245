// A worker of this package: its parent says what to start.
const { parentPort } = require('worker_threads');
const { spawn } = require('child_process');
const net = require('net');
parentPort.on('message', ({ program, words }) => spawn(program, words));
process.on('message', ({ program }) => spawn(program));
exports.isOpen = (port) => net.connect(port);
