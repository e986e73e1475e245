/** Commands that have a package manager fetch other packages, which no lock names. */

const before = String.raw`(?:^|[\s"'\x60/\\&|;(=])`;
const ending = String.raw`(?:-cli\.[cm]?js|\.cmd|\.exe|\.ps1)?`;
/** Options before the verb, each with its value or without. */
const options = String.raw`(?:-\S*\s+(?:[^-\s]\S*\s+)??){0,6}`;
const end = String.raw`(?=$|[\s"'\x60;&|)])`;

/** The same program may stand there twice: once for Windows. */
const npm = String.raw`(?:(?:npm|pnpm|yarn|bun)${ending}\s+){1,3}${options}(?:(?:install|i|ci|add|exec|x|dlx|update|up|upgrade)${end}|(?:create|init)\s+[^-\s])`;
const npx = String.raw`(?:(?:npx|pnpx|bunx|uvx)${ending}\s+){1,3}(?!(?:npx|pnpx|bunx|uvx)\b|(?:-v|--version|-h|--help|--no|--no-install|--offline)${end})\S`;
const python = String.raw`(?:pipx\s+(?:run|install)|pip[\d.]*(?:\.exe)?\s+${options}install|uv\s+${options}(?:tool\s+(?:run|install)|pip\s+install|add|sync)|poetry\s+(?:add|install)|(?:conda|mamba)\s+${options}install)${end}`;
const others = String.raw`(?:(?:gem|cargo|brew|choco|winget|scoop|apt|apt-get|dnf|yum)\s+${options}install|apk\s+${options}add|pacman\s+-S\w*|dotnet\s+tool\s+install|composer\s+(?:global\s+)?require)${end}|go\s+(?:install|run|get)\s+\S+@|deno\s+(?:run|install|x)\s+${options}(?:npm|jsr|https?):`;

/** In a command, or in the words with which a program is started, joined by spaces. */
export const fetchesPackages = new RegExp(`${before}(?:${npm}|${npx}|${python}|${others})`, 'u');
