/**
 * What no server sees and none changes, whatever it is granted: what belongs to the host itself, credentials, and everything that
 * decides what the user's programs will do next. A server that could write one of these would run its own code outside of the
 * sandbox, at the next login or the next start of a client.
 */
import { isAbsolute, join } from 'node:path';
import { liesIn, resolved } from './paths.ts';

/** A file or a folder with all that is in it. */
export interface ProtectedPlace {
  /** Absolute and without links. It need not exist: nothing may appear there either. */
  readonly path: string;
  /** What it is, for a message. */
  readonly is: string;
}

/** The parts of this machine that decide about the places. */
export interface ProtectedMachine {
  /** The user's home folder, by HOME and as the system knows it: a client may have set the variable. */
  readonly homes: readonly string[];
  /** What countersign itself was started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The host's own folder of data, and its trust configs. */
  readonly own: readonly string[];
}

/** By what they are: paths below the home folder. Folders that programs keep elsewhere on macOS stand beside those of Linux. */
const inHome: readonly (readonly [is: string, paths: readonly string[]])[] = [
  ['keys for other machines', ['.ssh', '.gnupg', '.pki', '.config/age', '.config/sops', '.putty']],
  [
    'credentials for clouds',
    [
      ...['.aws', '.azure', '.config/gcloud', '.kube', '.oci', '.config/doctl', '.config/hcloud', '.terraform.d'],
      ...[
        '.terraformrc',
        '.vault-token',
        '.config/rclone',
        '.boto',
        '.s3cfg',
        '.config/heroku',
        '.fly',
        '.config/linode-cli',
      ],
    ],
  ],
  [
    'credentials for packages and code',
    [
      ...['.netrc', '.npmrc', '.yarnrc', '.yarnrc.yml', '.bunfig.toml', '.pypirc', '.config/pip', '.pip', '.config/uv'],
      ...['.cargo', '.m2', '.gradle', '.gem', '.bundle', '.config/composer', '.composer', '.nuget', '.config/NuGet'],
      ...['.config/gh', '.config/glab-cli', '.config/hub', '.git-credentials', '.config/github-copilot'],
    ],
  ],
  ['settings of git, which name programs and credentials', ['.gitconfig', '.config/git', '.git', '.git-templates']],
  ['credentials for databases', ['.pgpass', '.my.cnf', '.mylogin.cnf', '.dbshell', '.mongorc.js', '.snowflake']],
  [
    'container engines and their credentials',
    [
      ...['.docker', '.config/containers', '.local/share/containers', '.local/share/docker', '.colima', '.lima', '.rd'],
      ...['.orbstack', '.minikube'],
    ],
  ],
  [
    'passwords',
    [
      ...[
        '.password-store',
        '.local/share/keyrings',
        '.local/share/kwalletd',
        '.local/share/python_keyring',
        '.1password',
      ],
      ...['.config/1Password', '.config/op', '.config/Bitwarden', '.config/Bitwarden CLI', '.config/keepassxc'],
      ...['Library/Keychains', 'Library/Group Containers', 'Library/Containers'],
    ],
  ],
  [
    'the profile of a browser or of mail',
    [
      ...['.mozilla', '.config/mozilla', '.config/google-chrome', '.config/chromium', '.config/microsoft-edge'],
      ...['.config/BraveSoftware', '.config/vivaldi', '.config/opera', '.thunderbird', 'snap', '.var/app'],
      ...[
        'Library/Application Support/Google',
        'Library/Application Support/Firefox',
        'Library/Cookies',
        'Library/Safari',
      ],
      ...['Library/Application Support/Microsoft Edge', 'Library/Application Support/BraveSoftware', 'Library/Mail'],
    ],
  ],
  [
    'the settings of a client, which name the servers that it starts',
    [
      ...[
        '.claude.json',
        '.claude',
        '.config/Claude',
        '.config/claude',
        '.mcp.json',
        '.cursor',
        '.config/Cursor',
        '.vscode',
      ],
      ...[
        '.config/Code',
        '.config/Code - Insiders',
        '.config/VSCodium',
        '.vscode-server',
        '.codeium',
        '.windsurf',
        '.config/zed',
      ],
      ...['.codex', '.gemini', '.kiro', '.lmstudio', '.copilot', '.config/opencode', '.config/goose', '.continue'],
      ...['.config/JetBrains', 'Library/Application Support/Claude', 'Library/Application Support/Code'],
      ...['Library/Application Support/Cursor', 'Library/Application Support/Zed'],
    ],
  ],
  [
    'what a shell or an editor runs when it starts',
    [
      ...['.profile', '.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.bash_aliases', '.bash_completion'],
      ...[
        '.zshrc',
        '.zshenv',
        '.zprofile',
        '.zlogin',
        '.zlogout',
        '.config/zsh',
        '.oh-my-zsh',
        '.kshrc',
        '.mkshrc',
        '.cshrc',
      ],
      ...[
        '.tcshrc',
        '.login',
        '.logout',
        '.config/fish',
        '.config/nushell',
        '.config/powershell',
        '.config/starship.toml',
      ],
      ...['.inputrc', '.envrc', '.config/direnv', '.tmux.conf', '.config/tmux', '.screenrc', '.gdbinit', '.config/gdb'],
      ...[
        '.vimrc',
        '.vim',
        '.config/nvim',
        '.local/share/nvim',
        '.emacs',
        '.emacs.d',
        '.config/emacs',
        '.pythonrc',
        '.irbrc',
      ],
      ...[
        '.pam_environment',
        '.config/environment.d',
        '.xprofile',
        '.xinitrc',
        '.xsession',
        '.xsessionrc',
        '.Xresources',
      ],
    ],
  ],
  [
    'what was typed',
    [
      '.bash_history',
      '.zsh_history',
      '.local/share/fish',
      '.python_history',
      '.node_repl_history',
      '.psql_history',
      '.lesshst',
    ],
  ],
  [
    'what the system starts by itself',
    [
      ...[
        '.config/systemd',
        '.local/share/systemd',
        '.config/autostart',
        '.config/autostart-scripts',
        '.local/share/dbus-1',
      ],
      ...['.config/plasma-workspace', '.local/share/applications', '.config/mimeapps.list', '.config/upstart'],
      ...['Library/LaunchAgents', 'Library/Application Scripts', 'Applications'],
    ],
  ],
  [
    'programs that are started by their name, and code that they load',
    [
      ...[
        'bin',
        '.local/bin',
        '.local/lib',
        'go/bin',
        '.npm-global',
        '.npm',
        '.nvm',
        '.fnm',
        '.volta',
        '.asdf',
        '.pyenv',
      ],
      ...['.rbenv', '.rustup', '.deno', '.bun', '.sdkman', '.nix-profile', '.local/state/nix', '.local/share/mise'],
      ...['.local/share/pnpm', '.local/share/uv', '.node_modules', '.node_libraries', '.linuxbrew'],
    ],
  ],
  ['keys of the desktop', ['.Xauthority', '.ICEauthority', '.config/pulse', '.dbus', '.config/ibus']],
];

/** By what they are: absolute paths. */
const ofTheSystem: readonly (readonly [is: string, paths: readonly string[]])[] = [
  ['the running system', ['/proc', '/sys', '/dev', '/run', '/var/run', '/boot', '/lost+found']],
  [
    'accounts and their rights',
    ['/etc/shadow', '/etc/gshadow', '/etc/sudoers', '/etc/sudoers.d', '/etc/security', '/etc/pam.d'],
  ],
  [
    'keys of the machine',
    ['/etc/ssh', '/etc/ssl/private', '/etc/pki/tls/private', '/etc/krb5.keytab', '/etc/NetworkManager'],
  ],
  [
    'what the system starts by itself',
    [
      ...[
        '/etc/systemd',
        '/etc/init.d',
        '/etc/rc.local',
        '/etc/crontab',
        '/etc/cron.d',
        '/etc/cron.hourly',
        '/etc/cron.daily',
      ],
      ...[
        '/etc/cron.weekly',
        '/etc/cron.monthly',
        '/var/spool/cron',
        '/var/spool/at',
        '/etc/xdg',
        '/etc/udev',
        '/etc/ld.so.preload',
      ],
      ...['/Library/LaunchAgents', '/Library/LaunchDaemons'],
    ],
  ],
  [
    'what a shell runs when it starts',
    ['/etc/profile', '/etc/profile.d', '/etc/environment', '/etc/bash.bashrc', '/etc/zsh'],
  ],
  [
    'the settings of a client, which name the servers that it starts',
    ['/etc/claude-code', '/etc/codex', '/Library/Application Support/ClaudeCode'],
  ],
  ['what this device trusts', ['/etc/countersign', '/Library/Application Support/Countersign']],
  [
    'container engines and their files',
    ['/var/lib/docker', '/var/lib/containers', '/var/lib/containerd', '/etc/docker'],
  ],
  ['sockets of the desktop', ['/tmp/.X11-unix', '/tmp/.ICE-unix']],
];

/** Variables with which the user puts one of these elsewhere. */
const byVariable: readonly (readonly [is: string, names: readonly string[]])[] = [
  [
    'credentials',
    [
      ...[
        'GNUPGHOME',
        'AWS_SHARED_CREDENTIALS_FILE',
        'AWS_CONFIG_FILE',
        'AZURE_CONFIG_DIR',
        'CLOUDSDK_CONFIG',
        'KUBECONFIG',
      ],
      ...[
        'GOOGLE_APPLICATION_CREDENTIALS',
        'NETRC',
        'NPM_CONFIG_USERCONFIG',
        'npm_config_userconfig',
        'PIP_CONFIG_FILE',
      ],
      ...[
        'DOCKER_CONFIG',
        'REGISTRY_AUTH_FILE',
        'GH_CONFIG_DIR',
        'GIT_CONFIG_GLOBAL',
        'PASSWORD_STORE_DIR',
        'CARGO_HOME',
      ],
      ...['PGPASSFILE', 'KRB5CCNAME', 'XAUTHORITY'],
    ],
  ],
  [
    'the settings of a client, which name the servers that it starts',
    ['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'CURSOR_CONFIG_DIR'],
  ],
  ['what a shell runs when it starts', ['ZDOTDIR', 'BASH_ENV', 'ENV']],
  ['the socket of an agent', ['SSH_AUTH_SOCK', 'DOCKER_HOST', 'CONTAINER_HOST', 'DBUS_SESSION_BUS_ADDRESS']],
];

/** Where the user keeps what is usually below these folders. */
const movable: readonly (readonly [folder: string, variable: string])[] = [
  ['.config', 'XDG_CONFIG_HOME'],
  ['.local/share', 'XDG_DATA_HOME'],
  ['.local/state', 'XDG_STATE_HOME'],
];

/** All of them, on this machine. */
export function protectedPlaces({ homes, environment, own }: ProtectedMachine): ProtectedPlace[] {
  const all = [
    ...own.map((path): [string, string] => ['what countersign itself keeps', path]),
    ...ofTheSystem.flatMap(([is, paths]) => paths.map((path): [string, string] => [is, path])),
    ...inHome.flatMap(([is, paths]) =>
      paths.flatMap((path) => placesOf(path, homes, environment).map((place): [string, string] => [is, place])),
    ),
    ...byVariable.flatMap(([is, names]) =>
      names.flatMap((name) => pathsIn(environment[name], homes).map((path): [string, string] => [is, path])),
    ),
  ];
  const known = new Map<string, string>();
  return all.map(([is, path]) => ({ path: resolved(path, known), is }));
}

function placesOf(path: string, homes: readonly string[], environment: ProtectedMachine['environment']): string[] {
  const moved = movable.flatMap(([folder, variable]) => {
    const value = environment[variable] ?? '';
    return path.startsWith(`${folder}/`) && isAbsolute(value) ? [join(value, path.slice(folder.length))] : [];
  });
  return [...homes.map((home) => join(home, path)), ...moved];
}

/** The absolute paths of a variable, which may be several, or the address of a socket. The home folder itself stays usable. */
const pathsIn = (value: string | undefined, homes: readonly string[]): string[] =>
  (value ?? '').split(/[:;,]/u).flatMap((part) => {
    const path = part.replace(/^[a-z]+=/u, '').replace(/^\/+/u, '/');
    return isAbsolute(path) && !homes.some((home) => liesIn(home, path)) ? [path] : [];
  });
