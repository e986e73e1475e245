const fs = require('fs'); const { fork } = require('child_process');
class Start { constructor() { this.file = `${require('os').tmpdir()}/w.js`; } go(text) { fs.writeFileSync(this.file, text); fork(this.file); } }
new Start().go(process.argv[2]);
