// A server over a socket: a message chooses among what it can do.
const { WebSocketServer } = require('ws');
const { execFile } = require('child_process');
const tools = { head: () => execFile('git', ['rev-parse', 'HEAD']) };
new WebSocketServer({ port: 8080 }).on('connection', (socket) => socket.on('message', (message) => tools[JSON.parse(message).tool]?.()));
