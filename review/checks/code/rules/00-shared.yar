// Parts that several rules use. A private rule makes no finding.
//
// All rules here are monotone: a rule that matches a part also matches the whole. Small files are first searched
// together, with the variables below set to the most severe values. Only where a rule matches is each file searched
// alone. So no rule may ask for `filesize`, for a place at the start of a text, for fewer matches than a number, or
// for `not` of a pattern; and each rule has its own pattern, which identifies the file.
//
// small      whether the file has less than 256 KiB: in longer ones, words meet by chance
// manifest   whether it is the package's package.json
// script     whether it is a script of a shell
// prose      whether it is written for people, like a README, and is no program
// program    whether it is JavaScript
// text       whether it is text, and not compressed data
// declared   whether the package declares that it contains native code

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
