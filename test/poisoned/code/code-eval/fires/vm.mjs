import * as contexts from 'node:vm';
import { Script as Program } from 'node:vm';
export const first = (text) => contexts.runInNewContext(text);
export const second = (text) => new Program(text).runInThisContext();
