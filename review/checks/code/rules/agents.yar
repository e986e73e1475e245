// Other programs of the user that have more rights than this one: coding agents, and programs that keep tokens.

rule code_agent_unguarded {
  meta:
    id = "code-agent-unguarded"
    level = "review"
    about = "starts a coding agent that asks nobody before it acts"
  strings:
    $flag = /--(dangerously-skip-permissions|allow-dangerously-skip-permissions|dangerously-bypass-approvals-and-sandbox|dangerously-allow-all|skip-permissions-unsafe|trust-all-tools|allow-all-tools|yes-always|approval-mode[=\s'"`,]{1,6}yolo|permission-mode[=\s'"`,]{1,6}bypassPermissions|sandbox[=\s'"`,]{1,6}danger-full-access|ask-for-approval[=\s'"`,]{1,6}never)\b/
    $named = /\b(gemini|codex|qwen|crush|cline|copilot|iflow|rovodev|opencode|kimi|cursor-agent|claude|amp|droid)(-cli)?(\.cmd|\.exe)?\b[^;]{0,160}--(yolo|full-auto|dangerously-[a-z-]{4,40})\b/s
    $cursor = /\bcursor-agent(\.cmd|\.exe)?\b[^;]{0,160}['"`\s](--force|-f)['"`\s]/s
    $gemini = /\bgemini(-cli)?(\.cmd|\.exe)?['"`][^;]{0,80}['"`\s]-y['"`\s]/s
    $aider = /\baider\b[^;]{0,80}['"`\s]--yes['"`\s]/s
    $goose = /\bGOOSE_MODE['"`]?\s{0,4}[:=]\s{0,4}['"`]?auto\b/
    $call = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaCommand|fork|system|popen|Popen|check_output|check_call|subprocess\.run)\s{0,4}[(`]/
    $zx = /\$`[^`]{0,40}\b(gemini|codex|qwen|copilot|claude|cursor-agent|amp|q)\s/
    $mode = /\b(defaultMode|permissionMode|permission_mode)['"`]?\s{0,4}[:=]\s{0,4}['"`]bypassPermissions\b/
    $setting = /\b(chat\.tools\.(global\.)?autoApprove|allowDangerouslySkipPermissions|skipDangerousModePermissionPrompt)['"`]?\]?\s{0,4}[:=]\s{0,4}(true|!0)/
  condition:
    not prose and
    (any of ($mode, $setting) or
     (script and any of ($flag, $named, $cursor, $gemini, $aider, $goose)) or
     for any of ($flag, $named, $cursor, $gemini, $aider, $goose) : (
      for any i in (1..#) : (any of ($call, $zx) in (@[i]..@[i] + 600))) or
     for any of ($call, $zx) : (
      for any i in (1..#) : (any of ($flag, $named, $cursor, $gemini, $aider, $goose) in (@[i]..@[i] + 600))))
}

rule code_token_asked {
  meta:
    id = "code-token-asked"
    level = "review"
    about = "asks another program for a token or password that it keeps"
  strings:
    // First where a text begins with the command, so that advice like "run: gh auth token" does not match; then where a
    // shell starts it.
    $github = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?gh(\.exe)?['\"`,\s\[\]]{1,10}auth['\"`,\s\[\]]{1,10}(token\b|status['\"`,\s\[\]]{1,10}(-t|--show-token)\b)/
    $gitlab = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?glab(\.exe)?['\"`,\s\[\]]{1,10}(auth['\"`,\s\[\]]{1,10}status['\"`,\s\[\]]{1,10}(-t|--show-token)\b|config['\"`,\s\[\]]{1,10}get['\"`,\s\[\]]{1,10}token\b)/
    $gcloud = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?gcloud(\.cmd)?['\"`,\s\[\]]{1,10}(auth['\"`,\s\[\]]{1,10}(application-default['\"`,\s\[\]]{1,10})?print-(access|identity)-token\b|config['\"`,\s\[\]]{1,10}config-helper\b)/
    $azure = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?az(\.cmd)?['\"`,\s\[\]]{1,10}account['\"`,\s\[\]]{1,10}get-access-token\b/
    $aws = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?aws(\.exe)?['\"`,\s\[\]]{1,10}(sts['\"`,\s\[\]]{1,10}(get-session-token|get-federation-token|assume-role)|configure['\"`,\s\[\]]{1,10}(export-credentials|get['\"`,\s\[\]]{1,10}aws_)|sso['\"`,\s\[\]]{1,10}get-role-credentials|ecr['\"`,\s\[\]]{1,10}get-login-password|codeartifact['\"`,\s\[\]]{1,10}get-authorization-token)/
    $keychain = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?security['\"`,\s\[\]]{1,10}(find-generic-password|find-internet-password|dump-keychain)\b/
    $git = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?git(['\"`,\s\[\]]{1,10}credential(-[a-z]{1,20})?|-credential-[a-z]{1,20})['\"`,\s\[\]]{1,10}(fill|get)\b/
    $npm = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?(npm|pnpm|yarn)(\.cmd)?['\"`,\s\[\]]{1,10}(token['\"`,\s\[\]]{1,10}(create|list)\b|config['\"`,\s\[\]]{1,10}get['\"`,\s\[\]]{1,10}[^\s'\"`]{0,100}(_authToken|npmAuthToken)\b)/
    $store = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?(secret-tool['\"`,\s\[\]]{1,10}(lookup|search)|kwallet-query|docker-credential-[a-z]{1,20}['\"`,\s\[\]]{1,10}(get|list)|cmdkey(\.exe)?['\"`,\s\[\]]{1,10}\/list)\b/
    $passwords = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?(op['\"`,\s\[\]]{1,10}(read|item['\"`,\s\[\]]{1,10}get|document['\"`,\s\[\]]{1,10}get)|bw['\"`,\s\[\]]{1,10}(get|list|export)|(lpass|pass|gopass)['\"`,\s\[\]]{1,10}show|gpg2?['\"`,\s\[\]]{1,10}--export-secret-keys)\b/
    $cluster = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?(kubectl['\"`,\s\[\]]{1,10}(config['\"`,\s\[\]]{1,10}view\b[^\n]{0,60}--raw|create['\"`,\s\[\]]{1,10}token|get['\"`,\s\[\]]{1,10}secrets?)|oc['\"`,\s\[\]]{1,10}whoami['\"`,\s\[\]]{1,10}(-t|--show-token)|vault['\"`,\s\[\]]{1,10}(print['\"`,\s\[\]]{1,10}token|token['\"`,\s\[\]]{1,10}lookup|kv['\"`,\s\[\]]{1,10}get))\b/
    $hosting = /([(,=:\[{?>]\s{0,12}|\$|\breturn\s{1,4})['\"`]([\w\/.~-]{0,60}\/)?((fly|flyctl|databricks|chainctl|wrangler)['\"`,\s\[\]]{1,10}auth['\"`,\s\[\]]{1,10}token|heroku['\"`,\s\[\]]{1,10}auth:token|cf['\"`,\s\[\]]{1,10}oauth-token|firebase['\"`,\s\[\]]{1,10}login:ci|doctl['\"`,\s\[\]]{1,10}auth['\"`,\s\[\]]{1,10}token)\b/
    $call = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaCommand|fork|system|popen|Popen|check_output|check_call|subprocess\.run)\s{0,4}[(`]/
    $module = /\b(child_process|subprocess|execa|zx)\b/
    $in_shell = /\b(exec|execSync|spawn|spawnSync|execaCommand|system|popen|Popen|check_output)\s{0,4}\(\s{0,12}['"`][^\n]{0,200}[\s;&|(](gh\s{1,4}auth\s{1,4}token|gcloud\s{1,4}auth\s{1,4}(application-default\s{1,4})?print-(access|identity)-token|az\s{1,4}account\s{1,4}get-access-token|aws\s{1,4}configure\s{1,4}export-credentials|aws\s{1,4}sts\s{1,4}(get-session-token|assume-role)|security\s{1,4}(find-(generic|internet)-password|dump-keychain)|git\s{1,4}credential\s{1,4}fill|npm\s{1,4}token\s{1,4}(create|list)|secret-tool\s{1,4}(lookup|search)|kubectl\s{1,4}create\s{1,4}token|gpg2?\s{1,4}--export-secret-keys|vault\s{1,4}print\s{1,4}token)\b/
    $in_script = /\b(gh\s{1,4}auth\s{1,4}token|gcloud\s{1,4}auth\s{1,4}(application-default\s{1,4})?print-(access|identity)-token|az\s{1,4}account\s{1,4}get-access-token|aws\s{1,4}configure\s{1,4}export-credentials|aws\s{1,4}sts\s{1,4}(get-session-token|assume-role)|security\s{1,4}(find-(generic|internet)-password|dump-keychain)|git\s{1,4}credential\s{1,4}fill|npm\s{1,4}token\s{1,4}(create|list)|secret-tool\s{1,4}(lookup|search)|kubectl\s{1,4}create\s{1,4}token|gpg2?\s{1,4}--export-secret-keys|vault\s{1,4}print\s{1,4}token)\b/
  condition:
    not prose and
    ($in_shell or (script and $in_script) or
     (any of ($call, $module) and
      any of ($github, $gitlab, $gcloud, $azure, $aws, $keychain, $git, $npm, $store, $passwords, $cluster, $hosting)))
}
