const { execFile } = require('child_process');
(async () => {
  const { tag } = await (await fetch('https://releases.example.invalid/latest')).json();
  execFile('docker', ['pull', tag], { shell: true });
})();
