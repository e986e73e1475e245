import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
const target = `${homedir()}/Library/LaunchAgents/com.example.invalid.update.plist`;
await writeFile(target, '<plist/>');
