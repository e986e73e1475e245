const spawn = require('cross-spawn');
spawn.sync('uvx', ['text-checker']);
spawn.sync('python3', ['-m', 'pip', 'install', '--user', 'text-checker']);
