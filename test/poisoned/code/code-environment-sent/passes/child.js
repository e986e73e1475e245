import { spawn } from 'node:child_process';
export const start = (file) => spawn(process.execPath, [file], { env: { ...process.env, FORCE_COLOR: '0' } });
export const check = () => fetch('https://service.example/health', { method: 'POST', body: JSON.stringify({ at: process.env.REGION }) });
