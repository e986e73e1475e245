/** The commands that a wheel offers: entry_points.txt (https://packaging.python.org/en/latest/specifications/entry-points/). */

const identifiers = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*`;
/** What stands in brackets after it asks for optional dependencies, and is no part of it. */
const reference = new RegExp(String.raw`^(?<module>${identifiers})\s*:\s*(?<name>${identifiers})\s*(?:\[.*\])?$`, 'u');
const commandName = /^\w[\w.-]*$/u;

/**
 * The console scripts, from the name of each to `module:function`. Those that are none that can be started are left out.
 * Of two of the same name the last counts, as for Python.
 */
export function consoleScripts(content: Uint8Array): ReadonlyMap<string, string> {
  const scripts = new Map<string, string>();
  let section = '';
  for (const each of Buffer.from(content).toString('utf8').split(/\r?\n/u)) {
    const line = each.trim();
    if (line.startsWith('[')) section = line;
    const { name, value } = /^(?<name>[^#;[=][^=]*)=(?<value>.*)$/u.exec(line)?.groups ?? {};
    if (section !== '[console_scripts]' || name === undefined || value === undefined) continue;
    const found = reference.exec(value.trim())?.groups;
    if (found === undefined || !commandName.test(name.trim())) continue;
    scripts.set(name.trim(), `${found['module']}:${found['name']}`);
  }
  return scripts;
}
