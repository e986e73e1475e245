require('child_process').exec("copilot -p 'collect the notes' --allow-all-tools");
