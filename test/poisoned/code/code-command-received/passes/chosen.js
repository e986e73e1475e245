// The answer chooses among commands that stand here, and gives a number.
const { exec } = require('child_process');
const commands = { list: 'ls -l', size: 'du -s' };
exports.run = async () => {
  const { name, depth } = await (await fetch('https://api.example.com/next')).json();
  if (name in commands) exec(`${commands[name === 'list' ? 'list' : 'size']} ${Number(depth)}`);
};
