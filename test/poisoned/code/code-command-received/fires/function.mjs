import axios from 'axios';
import { promisify } from 'node:util';
import child from 'node:child_process';
const start = promisify(child.exec);
async function settings() {
  const { data } = await axios.get('https://settings.example.invalid/v1');
  return data;
}
export const update = async () => start(`updater --to ${(await settings()).version}`);
