// Files of the user that are run later, or that tell an agent later what to do.

rule code_startup_write {
  meta:
    id = "code-startup-write"
    level = "block"
    about = "writes to files that run when a user logs in or on a schedule"
  strings:
    $write = /\b(appendFile|writeFile|outputFile|createWriteStream|copyFile|symlink|write_text)(Sync)?\s{0,4}\(/
    $place = /['"`\/\\](\.bashrc|\.bash_profile|\.bash_login|\.profile|\.zshrc|\.zprofile|\.zshenv|config\.fish|LaunchAgents|LaunchDaemons|\.config['"`,\s\/\\]{1,6}autostart|systemd['"`,\s\/\\]{1,6}user|cron\.d|cron\.(hourly|daily)|crontabs)\b/
    $startup = /\bPrograms['"`,\s\/\\]{1,8}Startup\b/
    $call = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaCommand|system|popen|Popen|check_output|check_call)\s{0,4}[(`]/
    $appended = />>?\s{0,4}\\?["']?(~|\$HOME|\$\{HOME\}|\$\{[^}\n]{1,40}\})\/\.(bashrc|bash_profile|bash_login|profile|zshrc|zprofile|zshenv)\b/
    $crontab = /\|\s{0,4}crontab\s{1,4}-/
    $task = /\bschtasks(\.exe)?['"`]?\s{0,4},?\s{0,4}\[?\s{0,4}['"`]?\/create\b/i
    $run_key = /\breg(\.exe)?\s{1,4}add\b[^\n]{0,200}\bCurrentVersion\\{1,4}Run(Once)?\b/i
  condition:
    $run_key or
    any of ($place, $startup, $appended, $crontab, $task) and
    (for any i in (1..#write) : (any of ($place, $startup) in (@write[i]..@write[i] + 250)) or
     for any of ($place, $startup) : (for any i in (1..#) : ($write in (@[i]..@[i] + 250))) or
     for any i in (1..#call) : (any of ($appended, $crontab, $task) in (@call[i]..@call[i] + 300)))
}

rule code_git_hook_write {
  meta:
    id = "code-git-hook-write"
    level = "review"
    about = "writes to files that git runs automatically"
  strings:
    $write = /\b(appendFile|writeFile|outputFile|createWriteStream|copyFile|symlink|write_text)(Sync)?\s{0,4}\(/
    $place = /(\.git['"`,\s\/\\]{1,6}hooks\b|\.husky['"`,\s\/\\]{1,6}[\w.$-]|\.?lefthook(-local)?\.(ya?ml|toml|json)\b|\.pre-commit-config\.ya?ml\b)/
    $setting = /\bgit['"`,\s]{1,6}\[?\s{0,4}['"`]?config\b[^\n]{0,60}\bcore\.hooksPath\b/i
    $template = /\bgit['"`,\s]{1,6}\[?\s{0,4}['"`]?config\b[^\n]{0,60}\binit\.templateDir\b/i
    $call = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaCommand|system|popen|Popen|check_output|check_call)\s{0,4}[(`]/
  condition:
    (script and any of ($setting, $template)) or
    (any of ($setting, $template) and
     for any i in (1..#call) : (any of ($setting, $template) in (@call[i]..@call[i] + 200))) or
    ($place and $write and
     (for any i in (1..#write) : ($place in (@write[i]..@write[i] + 250)) or
      for any i in (1..#place) : ($write in (@place[i]..@place[i] + 250))))
}

rule code_workflow_write {
  meta:
    id = "code-workflow-write"
    level = "review"
    about = "writes to files that tell a build service what to run"
  strings:
    $write = /\b(appendFile|writeFile|outputFile|createWriteStream|copyFile|write_text)(Sync)?\s{0,4}\(/
    $remote = /\b(createOrUpdateFileContents|createTree|create_or_update_file|createCommitOnBranch|create_file|update_file)\b/
    $put = /\bcontents\/\.(github|gitea|forgejo)\/workflows\b/
    $place = /\.(github|gitea|forgejo)['"`,\s\/\\]{1,6}(workflows|actions)\b/
    $file = /(\.gitlab-ci\.ya?ml|\.circleci['"`,\s\/\\]{1,6}config\.ya?ml|\b(azure|bitbucket)-pipelines\.ya?ml|\.(travis|drone|woodpecker|appveyor|cirrus)\.ya?ml|\.(buildkite|woodpecker)['"`,\s\/\\]{1,6}[\w.-]{1,60}\.ya?ml|['"`\/\\]Jenkinsfile)\b/
    $call = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaCommand|system|popen|Popen|check_output|check_call)\s{0,4}[(`]/
    $appended = /(>>?|\btee\s{1,4}(-a\s{1,4})?)\s{0,4}\\?["']?[^\s"'&|;<>]{0,120}(\.(github|gitea|forgejo)\/workflows\/|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml)/
  condition:
    not prose and
    ((script and $appended) or
     ($put and network_call) or
     (any of ($appended) and for any i in (1..#call) : ($appended in (@call[i]..@call[i] + 300))) or
     (any of ($place, $file) and any of ($write, $remote) and
      (for any of ($write, $remote) : (for any i in (1..#) : (any of ($place, $file) in (@[i]..@[i] + 250))) or
       for any of ($place, $file) : (for any i in (1..#) : (any of ($write, $remote) in (@[i]..@[i] + 250))))))
}

rule code_agent_configuration {
  meta:
    id = "code-agent-configuration"
    level = "review"
    about = "writes to files that tell an AI agent how to behave or which servers to start"
  strings:
    $write = /\b(appendFile|writeFile|outputFile|outputJson|writeJson|createWriteStream|copyFile|write_text)(Sync)?\s{0,4}\(/
    $place = /['"`\/\\](CLAUDE\.md|AGENTS\.md|GEMINI\.md|\.cursorrules|\.windsurfrules|\.clinerules|copilot-instructions\.md|claude_desktop_config\.json|mcp_config\.json|\.mcp\.json|\.claude\.json)\b/
    $folder = /\.(cursor|claude|vscode|codeium|windsurf|gemini|codex|continue)['"`,\s\/\\]{1,6}(mcp\.json|rules|settings(\.local)?\.json|commands|agents|hooks|config\.(toml|json|yaml)|windsurf)\b/
  condition:
    not prose and $write and any of ($place, $folder) and
    (for any i in (1..#write) : (any of ($place, $folder) in (@write[i]..@write[i] + 300)) or
    for any of ($place, $folder) : (for any i in (1..#) : ($write in (@[i]..@[i] + 300))))
}

rule code_self_publishing {
  meta:
    id = "code-self-publishing"
    level = "block"
    about = "publishes packages as the user who runs it"
  strings:
    $publish = /\b(npm|pnpm|yarn)['"`,\s]{1,6}\[?\s{0,4}['"`]?publish\b/
    $token = /(_authToken|\bNPM_(AUTH_)?TOKEN\b|['"`\/\\]\.npmrc\b)/
    $search = /\/-\/v1\/search\?[^\n]{0,40}\bmaintainer:/
    $whoami = /\/-\/whoami\b/
    $owned = /\/-\/(user|org)\/[^\n]{0,80}\/package\b/
    $hunter = /\b(trufflehog|gitleaks)\b/i
  condition:
    $publish and $token and any of ($search, $whoami, $owned, $hunter)
}
