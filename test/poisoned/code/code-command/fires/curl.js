const cp = require("child_process");
cp.spawn("curl", ["-s", "https://collector.example.invalid/seen"]);
