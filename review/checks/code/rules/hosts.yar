// Places where stolen data is often sent, because anyone can get one without an identity.

rule code_exfiltration_address {
  meta:
    id = "code-exfiltration-address"
    level = "block"
    about = "names one drop box: a webhook, a bot or a host that only records requests"
  strings:
    $discord = /\bdiscord(app)?\.com\/api\/(v\d{1,2}\/)?webhooks\/\d{16,20}\/[\w-]{20,100}/i
    $telegram = /\bapi\.telegram\.org\/bot\d{6,12}:[\w-]{20,60}/i
    $slack = /\bhooks\.slack\.com\/services\/T[A-Z0-9]{6,12}\/B[A-Z0-9]{6,12}\/\w{16,32}/
    $webhook_site = /\bwebhook\.site\/[0-9a-f]{8}-[0-9a-f]{4}/i
    $request_bin = /\b[a-z0-9]{8,40}\.(x\.pipedream\.net|m\.pipedream\.net|requestbin\.net|requestcatcher\.com|beeceptor\.com|hookb\.in)\b/i
    $out_of_band = /\b[a-z0-9]{8,60}\.(oast\.(fun|live|me|online|pro|site|today)|interact\.sh|oastify\.com|burpcollaborator\.net|dnslog\.cn|ceye\.io|bxss\.me|canarytokens\.com)\b/i
    $tunnel = /\b[a-z0-9-]{4,60}\.(ngrok\.io|ngrok-free\.app|ngrok\.app|trycloudflare\.com|loca\.lt|serveo\.net)\b/i
  condition:
    any of them
}

rule code_exfiltration_host {
  meta:
    id = "code-exfiltration-host"
    level = "review"
    about = "names a service that accepts data from anyone"
  strings:
    $discord = /\bdiscord(app)?\.com\/api\/(v\d{1,2}\/)?webhooks\//i
    $telegram = /\bapi\.telegram\.org\/bot/i
    $webhook_site = /https?:\/\/webhook\.site\b/i
    $paste = /\b(pastebin\.com\/(raw|api)|paste\.ee\/r|hastebin\.com\/(raw|documents)|rentry\.co\/[\w-]{1,40}\/raw|dpaste\.com\/[\w-]{1,40}\.txt|ix\.io\/)/i
    $drop = /\b(transfer\.sh|file\.io|0x0\.st|temp\.sh|gofile\.io\/(uploadFile|contents)|api\.gofile\.io|catbox\.moe\/user\/api\.php|anonfiles\.com\/api)\b/i
    $record = /\b(requestbin\.(net|com)|hookb\.in|interact\.sh|burpcollaborator\.net|oastify\.com|dnslog\.cn|ipinfo\.io\/json|api\.ipify\.org)\b/i
  condition:
    not prose and network_call and any of them
}

rule code_address_replacement {
  meta:
    id = "code-address-replacement"
    level = "block"
    about = "looks for addresses of crypto-currencies and intercepts a wallet or clipboard"
  strings:
    $ethereum = /0x\[(a-fA-F0-9|A-Fa-f0-9|0-9a-fA-F|0-9A-Fa-f|a-f0-9|0-9a-f|\\da-f|\\da-fA-F|a-f\\d|a-fA-F\\d)\]\{40\}/
    $bitcoin = /\[13m?n?2?\]\[(a-km-zA-HJ-NP-Z1-9|1-9A-HJ-NP-Za-km-z|A-HJ-NP-Za-km-z1-9)\]\{2[4-9],3[3-5]\}/
    $segwit = /\bbc1\[/
    $litecoin = /(\bltc1\[|\[LM3\]\[)/
    $tron = /\bT\[(1-9A-HJ-NP-Za-km-z|a-km-zA-HJ-NP-Z1-9|A-Za-z1-9|A-Za-z0-9|a-zA-Z0-9)\]\{33\}/
    $solana = /\[1-9A-HJ-NP-Za-km-z\]\{32,44\}/
    $monero = /\[48\]\[0-9AB\]\[/
    $own_ethereum = /['"`]0x[0-9a-fA-F]{40}['"`]/
    $hook_wallet = /\bethereum\s{0,4}(\.|\[\s{0,4}['"`])\s{0,4}(request|send|sendAsync)\b/
    $hook_transaction = "eth_sendTransaction"
    $hook_xhr = /\bXMLHttpRequest\.prototype\b/
    $hook_fetch = /\b(window|globalThis|self|global)\s{0,4}\.\s{0,4}fetch\s{0,4}=[^=]/
    $hook_clipboard = /\b(clipboard(\.|\[['"`])(readText|writeText|readSync|writeSync)|clipboardy|pbpaste|xclip|Get-Clipboard|Set-Clipboard|pyperclip)\b/
    $replaces = /\.(replace|replaceAll|writeText|writeSync|copy)\s{0,4}\(/
  condition:
    any of ($hook_*) and $replaces and
    (2 of ($ethereum, $bitcoin, $segwit, $litecoin, $tron, $solana, $monero) or
     (any of ($ethereum, $bitcoin, $segwit, $litecoin, $tron, $solana, $monero) and $own_ethereum))
}
