// The ways to find the global object, and to ask whether text may be run.
const root = typeof globalThis === 'object' ? globalThis : Function('return this')();
let allowed = true;
try { new Function(''); } catch { allowed = false; }
exports.root = root;
exports.allowed = allowed;
eval('this');
