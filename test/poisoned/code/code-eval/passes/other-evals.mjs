// Methods of these names that other things have.
import { createClient } from './redis.js';
export const inDatabase = (script) => createClient().eval(script, { keys: [] });
export const inPage = (page, work) => page.evaluate(work);
export const hasOwn = Function.call.bind(Object.prototype.hasOwnProperty);
export const has = (object, name) => hasOwn(object, name);
export const isFunction = (value) => value instanceof Function;
