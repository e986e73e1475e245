// Credentials on a disk or in the environment, together with a way to send them.

rule code_credentials_sent {
  meta:
    id = "code-credentials-sent"
    level = "block"
    about = "reads credentials of several kinds, or posts one that it read"
  strings:
    $ssh = /\.ssh['"`,\s\/\\]{1,6}(id_(rsa|dsa|ecdsa|ed25519)|authorized_keys|known_hosts)\b/
    $aws = /\.aws['"`,\s\/\\]{1,6}credentials\b/
    $npm = /['"`\/\\]\.npmrc\b/
    $gcloud = /\bgcloud['"`,\s\/\\]{1,6}(application_default_credentials|credentials\.db|access_tokens\.db|legacy_credentials)/
    $azure = /\.azure['"`,\s\/\\]{1,6}(accessTokens|msal_token_cache|azureProfile)/
    $kube = /\.kube['"`,\s\/\\]{1,6}config\b/
    $docker = /\.docker['"`,\s\/\\]{1,6}config\.json\b/
    $git = /['"`\/\\]\.git-credentials\b/
    $netrc = /['"`\/\\][._]netrc\b/
    $gnupg = /['"`\/\\]\.gnupg\b/
    $browser = /\b(Login Data|logins\.json|key4\.db|cookies\.sqlite)\b/
    $extension = /\b(Local Extension Settings|nkbihfbeogaeaoehlefnkodbefgpgknn|bfnaelmomeimhlpmgjnjophhpkkoljpa)\b/
    $wallet = /['"`\/\\](wallet\.dat|exodus\.wallet|\.electrum|solana['"`,\s\/\\]{1,6}id\.json)\b/
    $keychain = "Library/Keychains"
    $posted = /(\.ssh['"`,\s\/\\]{1,6}id_|\.aws['"`,\s\/\\]{1,6}credentials|['"`\/\\]\.npmrc|\.git-credentials|[._]netrc['"`]|\.kube['"`,\s\/\\]{1,6}config|Login Data|wallet\.dat|Local Extension Settings).{0,500}(\bPOST\b|\.post['"]?\]?\s{0,4}\(|\bbody\s{0,4}:|--data\b|--upload-file\b)/s
  condition:
    not prose and network_call and file_read and
    ($posted or
     (small and 2 of ($ssh, $aws, $npm, $gcloud, $azure, $kube, $docker, $git, $netrc, $gnupg, $browser, $extension, $wallet, $keychain)) or
     for any of ($ssh, $aws, $npm, $gcloud, $azure, $kube, $docker, $git, $netrc, $gnupg, $browser, $extension, $wallet, $keychain) : (
      for any i in (1..#) : (
       2 of ($ssh, $aws, $npm, $gcloud, $azure, $kube, $docker, $git, $netrc, $gnupg, $browser, $extension, $wallet, $keychain) in (@[i]..@[i] + 4000))))
}

rule code_credentials_near_network {
  meta:
    id = "code-credentials-near-network"
    level = "review"
    about = "names places of credentials, and uses a network in the same file"
  strings:
    $ssh = /\.ssh['"`,\s\/\\]{1,6}id_(rsa|dsa|ecdsa|ed25519)\b/
    $aws = /\.aws['"`,\s\/\\]{1,6}credentials\b/
    $npm = /['"`\/\\]\.npmrc\b/
    $gcloud = /\bgcloud['"`,\s\/\\]{1,6}(application_default_credentials|credentials\.db|access_tokens\.db)/
    $azure = /\.azure['"`,\s\/\\]{1,6}(accessTokens|msal_token_cache)/
    $kube = /\.kube['"`,\s\/\\]{1,6}config\b/
    $docker = /\.docker['"`,\s\/\\]{1,6}config\.json\b/
    $git = /['"`\/\\]\.git-credentials\b/
    $netrc = /['"`\/\\][._]netrc\b/
    $browser = /\b(Login Data|logins\.json|key4\.db)\b/
    $extension = /\b(Local Extension Settings|nkbihfbeogaeaoehlefnkodbefgpgknn|bfnaelmomeimhlpmgjnjophhpkkoljpa)\b/
    $wallet = /['"`\/\\](wallet\.dat|exodus\.wallet|\.electrum|solana['"`,\s\/\\]{1,6}id\.json)\b/
    $keychain = "Library/Keychains"
    $imds = /169\.254\.169\.254.{0,200}(security-credentials|identity\/oauth2|computeMetadata)/s
    $env_aws = "AWS_SECRET_ACCESS_KEY"
    $env_npm = /\bNPM_(AUTH_)?TOKEN\b/
    $env_github = /\bG(ITHUB|H)_TOKEN\b/
    $env_gcp = "GOOGLE_APPLICATION_CREDENTIALS"
    $env_azure = "AZURE_CLIENT_SECRET"
    $env_openai = "OPENAI_API_KEY"
    $env_anthropic = "ANTHROPIC_API_KEY"
  condition:
    not prose and network_call and
    ((file_read and any of ($ssh, $aws, $npm, $gcloud, $azure, $kube, $docker, $git, $netrc, $browser, $extension, $wallet, $keychain)) or
     $imds or $env_aws or 3 of ($env_*))
}

rule code_environment_sent {
  meta:
    id = "code-environment-sent"
    level = "block"
    about = "sends the whole environment over a network"
  strings:
    $whole = /\b(stringify|URLSearchParams|inspect)\s{0,4}\(\s{0,4}(\{\s{0,4}\.\.\.\s{0,4}|Object\.assign\s{0,4}\(\s{0,4}\{\s{0,4}\}\s{0,4},\s{0,4})?process\s{0,4}(\??\.\s{0,4}env|\[\s{0,4}['"`]env['"`]\s{0,4}\])\s{0,4}[,)}]/
    $among = /\bstringify\s{0,4}\(\s{0,4}\{[^{}]{0,300}(:|\.\.\.)\s{0,4}process\s{0,4}(\.\s{0,4}env|\[\s{0,4}['"`]env['"`]\s{0,4}\])\s{0,4}[,}]/
    $body = /\b(body|data|json|params|form)\s{0,4}:\s{0,4}process\s{0,4}(\.\s{0,4}env|\[\s{0,4}['"`]env['"`]\s{0,4}\])\s{0,4}[,}\n]/
    $python = /\b(dumps|urlencode)\s{0,4}\(\s{0,4}(dict\s{0,4}\(\s{0,4})?os\.environ\b/
    $piped = /\b(env|printenv)\b\s{0,4}\|([^\n'"`]{0,80}|[^\n]{0,80}\|\s{0,4})\b(curl|wget|nc)\b/
    $substituted = /\b(curl|wget)\b[^\n]{0,200}\$\(\s{0,4}(env|printenv)\b/
    $call = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaCommand|system|popen|Popen|check_output|check_call)\s{0,4}[(`]/
    $module = /\b(child_process|execa|zx|cross-spawn|shelljs)\b/
    $out_fetch = /\bfetch['"]?\]?\s{0,4}\(/
    $out_http = /\bhttps?['"]?\]?\)?\s{0,4}\.\s{0,4}(request|get)\s{0,4}\(/
    $out_client = /\b(axios|got|needle|superagent|undici|requests?)(\s{0,4}\.\s{0,4}(get|post|put|request))?\s{0,4}\(/
    $out_method = /\bmethod\s{0,4}:\s{0,4}['"`](POST|PUT)['"`]/
    $out_old = "XMLHttpRequest"
    $out_beacon = "sendBeacon"
    $out_dns = /\bdns['"]?\)?\.(lookup|resolve)/
    $out_urlopen = "urlopen"
    $address = /['"`]https?:\/\/[^\s'"`]{4}/
  condition:
    // In a program, a command for a shell is a text, and something must start it.
    (any of ($piped, $substituted) and (not program or any of ($call, $module))) or
    (any of ($whole, $among, $body, $python) and
     (for any i in (1..#whole) : (any of ($out_*) in (@whole[i]..@whole[i] + 800)) or
      for any i in (1..#among) : (any of ($out_*) in (@among[i]..@among[i] + 800)) or
      for any i in (1..#body) : (any of ($out_*) in (@body[i]..@body[i] + 800)) or
      for any i in (1..#python) : (any of ($out_*) in (@python[i]..@python[i] + 800)) or
      for any of ($out_*) : (for any i in (1..#) : (any of ($whole, $among, $body, $python) in (@[i]..@[i] + 800))) or
      (network_call and for any i in (1..#address) : (any of ($whole, $among, $body) in (@address[i]..@address[i] + 150)))))
}

rule code_environment_command {
  meta:
    id = "code-environment-command"
    level = "review"
    about = "contains a command for a shell that sends the whole environment"
  strings:
    $piped = /\b(env|printenv)\b\s{0,4}\|([^\n'"`]{0,80}|[^\n]{0,80}\|\s{0,4})\b(curl|wget|nc)\b/
    $substituted = /\b(curl|wget)\b[^\n]{0,200}\$\(\s{0,4}(env|printenv)\b/
  condition:
    not prose and any of them
}
