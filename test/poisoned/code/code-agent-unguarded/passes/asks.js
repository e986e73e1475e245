// An agent that asks its user.
const { spawn } = require('child_process');
exports.start = (prompt) => spawn('claude', ['-p', prompt, '--permission-mode', 'plan']);
exports.add = (name) => spawn('claude', ['mcp', 'add', name]);
exports.read = (prompt) => spawn('codex', ['exec', '--sandbox', 'read-only', prompt]);
