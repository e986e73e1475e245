// What several rules need. A private rule gives no finding of its own.
//
// All rules here are monotone: what they find in a part they find in the whole. Small files are searched together
// first, as if the answers below were the gravest; only what is found there is looked at file by file. So no rule may
// ask for `filesize`, for a place at the start of a text, for fewer matches than a number, or for `not` of a pattern;
// and each has a pattern of its own, by which the file is found again.
//
// small      whether the file has less than 256 KiB: in longer ones, words meet by chance
// medium     whether it has less than 1 MiB
// manifest   whether it is the package's package.json
// script     whether it is a script of a shell
// prose      whether it is written for people, as a README is
// text       whether it is text, not something compressed
// declared   whether the package says that it holds native code

private rule network_call {
  strings:
    $fetch = /\bfetch['"]?\]?\s{0,4}\(/
    $http = /\bhttps?['"]?\]?\)?\s{0,4}\.\s{0,4}(request|get)\s{0,4}\(/
    $client = /\b(axios|got|needle|superagent|undici|request|ky)(\s{0,4}\.\s{0,4}(get|post|put|request|stream))?\s{0,4}\(/
    $module = /(\brequire\s{0,4}\(|\bfrom|\bimport\s{0,4}\(?)\s{0,4}['"`](node:)?(https?|http2|net|tls|dgram|dns|undici|axios|got|needle|superagent|node-fetch|ws)['"`]/
    $old = "XMLHttpRequest"
    $socket = /\bnew\s{1,4}WebSocket\b/
    $beacon = "sendBeacon"
    $python = /\b(requests\.(get|post|put)|urlopen|http\.client|urllib3)\b/
    $shell = /\b(curl|wget)\s{1,4}(-|\$|["']?https?:)/
    $powershell = /\b(Invoke-WebRequest|Invoke-RestMethod|Net\.WebClient)\b/i
  condition:
    any of them
}

private rule file_read {
  strings:
    $node = /\b(readFile|readdir|copyFile|cp|openAsBlob)(Sync)?\b/
    $stream = "createReadStream"
    $python = /\bopen\s{0,4}\(/
    $shell = /\b(cat|cp|tar|zip)\s{1,4}[^\n]{0,80}(~|\$HOME|\$\{HOME\})\//
  condition:
    any of them
}
