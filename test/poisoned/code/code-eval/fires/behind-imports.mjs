import 'node:crypto';
import {} from 'node:vm';
export const run = (text) => eval(text);
