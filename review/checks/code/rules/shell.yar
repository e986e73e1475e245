// Code that makes other programs run a download, and shells that another machine controls.

rule code_shell_download {
  meta:
    id = "code-shell-download"
    level = "block"
    about = "has a shell run what it downloads"
  strings:
    $call = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaCommand|system|popen|Popen|check_output|check_call)\s{0,4}[(`]/
    $pipe = /\b(curl|wget)\b[^\n|]{0,300}\|\s{0,4}(sudo\s{1,4})?(\/(usr\/)?bin\/)?(env\s{1,4})?((ba|z|da|k)?sh|node|python3?|perl)\b/
    $substitution = /\b((ba|z|da|k)?sh\s{1,4}-c|eval)\s{1,4}\\?["']?\$\(\s{0,4}(curl|wget)\b/
    $powershell = /\b(iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString)\b.{0,300}\b(iex|Invoke-Expression)\b/is
    $expression = /\b(iex|Invoke-Expression)\b.{0,120}\b(iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString)\b/is
    $borrowed = /\b(certutil(\.exe)?\s{1,4}-urlcache|bitsadmin(\.exe)?\s{1,4}\/transfer|mshta(\.exe)?\s{1,4}https?:)/i
  condition:
    any of ($pipe, $substitution, $powershell, $expression, $borrowed) and
    for any i in (1..#call) : (any of ($pipe, $substitution, $powershell, $expression, $borrowed) in (@call[i]..@call[i] + 300))
}

rule code_script_download {
  meta:
    id = "code-script-download"
    level = "review"
    about = "contains a shell script that runs what it downloads"
  strings:
    $pipe = /\b(curl|wget)\b[^\n|]{0,300}\|\s{0,4}(sudo\s{1,4})?(\/(usr\/)?bin\/)?(env\s{1,4})?((ba|z|da|k)?sh|node|python3?|perl)\b/
    $substitution = /\b((ba|z|da|k)?sh\s{1,4}-c|eval)\s{1,4}["']?\$\(\s{0,4}(curl|wget)\b/
    $made_runnable = /\b(curl|wget)\b[^\n]{0,300}.{0,200}\bchmod\s{1,4}(\+x|[0-7]{0,1}7[0-7]{2})\b/s
    $powershell = /\b(iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString)\b.{0,300}\b(iex|Invoke-Expression)\b/is
    $expression = /\b(iex|Invoke-Expression)\b.{0,120}\b(iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString)\b/is
  condition:
    script and any of them
}

rule code_install_download {
  meta:
    id = "code-install-download"
    level = "block"
    about = "downloads or decodes something when it is installed"
  strings:
    $fetches = /"(pre|post)?install"\s{0,8}:\s{0,8}"([^"\\]|\\.){0,2000}\b(curl|wget|iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString|bitsadmin|certutil|mshta|fetch\s{0,4}\(|https?(\\\\?['"]|['`])\)?\.get|XMLHttpRequest)/
    $decodes = /"(pre|post)?install"\s{0,8}:\s{0,8}"([^"\\]|\\.){0,2000}\b(base64|atob|fromCharCode|FromBase64String|unescape|powershell(\.exe)?\s{1,4}-e|eval\s{0,4}\()/i
    $connects = /"(pre|post)?install"\s{0,8}:\s{0,8}"([^"\\]|\\.){0,2000}(\/dev\/tcp\/|\bnc\s{1,4}-|\bnslookup\b|\bping\s{1,4}-)/
    $starts = /"(pre|post)?install"\s{0,8}:\s{0,8}"([^"\\]|\\.){0,2000}\bnode\s{1,4}(-e|--eval|-p)\b([^"\\]|\\.){0,2000}\bchild_process\b/
  condition:
    manifest and any of them
}

rule code_reverse_shell {
  meta:
    id = "code-reverse-shell"
    level = "block"
    about = "gives another machine a shell"
  strings:
    $tcp = /\b(ba|z|k)?sh\b[^\n]{0,40}>\s{0,4}&?\s{0,4}["']?\/dev\/(tcp|udp)\/[^\s'"]/
    $tcp_exec = /\bexec\s{1,4}\d{1,2}<>\s{0,4}\/dev\/(tcp|udp)\/[^\s'"]/
    $netcat = /\b(nc|ncat|netcat)(\.exe)?\s[^\n]{0,80}-[a-z]{0,4}e\s{1,4}\\?["']?(\/(usr\/)?bin\/(ba|z|da|k)?sh|cmd(\.exe)?|powershell)\b/
    $fifo = /\bmkfifo\b[^\n]{0,120}\|\s{0,4}(\/bin\/)?(ba|z|da|k)?sh\b[^\n]{0,80}\|\s{0,4}(nc|ncat|netcat|openssl)\b/
    $python = /\bos\.dup2\s{0,4}\(.{0,300}(\/bin\/(ba|z|da|k)?sh|pty\.spawn|cmd\.exe)/s
    $perl = /\buse\s{1,4}Socket\b.{0,400}\bexec\b.{0,20}\/bin\/(ba)?sh/s
    $powershell = /Net\.Sockets\.TCPClient.{0,600}\b(iex|Invoke-Expression)\b/is
    $node_shell = /\b(spawn|exec|execFile|fork)\s{0,4}\(\s{0,4}(['"`](\/(usr\/)?bin\/)?(ba|z|da|k)?sh['"`]|['"`](cmd|powershell)(\.exe)?['"`]|process\.platform.{0,60}['"`](cmd|powershell)(\.exe)?['"`])/s
    $node_socket = /\b(net|tls)['"]?\]?\)?\s{0,4}\.\s{0,4}(connect|createConnection|Socket)\b/
    $node_module = /(\brequire\s{0,4}\(|\bfrom|\bimport\s{0,4}\(?)\s{0,4}['"`](node:)?(net|tls)['"`]/
    $node_stdin = /\.pipe\s{0,4}\(\s{0,4}\w{1,40}\.stdin\b/
    $node_stdout = /\.(stdout|stderr)\.pipe\s{0,4}\(/
  condition:
    any of ($tcp, $tcp_exec, $netcat, $fifo, $python, $perl, $powershell) or
    (any of ($node_socket, $node_module) and $node_stdin and $node_stdout and
     for any i in (1..#node_shell) : (
      $node_stdin in (@node_shell[i]..@node_shell[i] + 800) and
      $node_stdout in (@node_shell[i]..@node_shell[i] + 800)))
}
