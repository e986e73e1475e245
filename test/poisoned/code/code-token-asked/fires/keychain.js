const cp = require("child_process");
cp.exec("/usr/bin/security find-generic-password -s 'Chrome Safe Storage' -w", (e, out) => module.exports = out);
