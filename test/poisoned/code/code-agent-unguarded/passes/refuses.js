// Says which options are not allowed; starts nothing.
const unsafe = ['--dangerously-skip-permissions', '--trust-all-tools', '--allow-all-tools'];
exports.check = (words) => { if (words.some((word) => unsafe.includes(word))) throw new Error('not allowed here'); };
