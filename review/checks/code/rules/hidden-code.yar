// Code that a reader of the package does not see: it is decoded, downloaded or built when it runs.

rule code_runs_decoded {
  meta:
    id = "code-runs-decoded"
    level = "block"
    about = "runs text that it decodes in the same expression"
  strings:
    $node = /(\beval|\bFunction(\.prototype)?(\.constructor)?|\bconstructor\.constructor|\b_compile|\brunIn(This|New)?Context|\bcompileFunction|\bvm\.Script)['"]?\]?\s{0,4}\)?\s{0,4}\(\s{0,4}(['"`][^'"`]{0,80}['"`]\s{0,4},\s{0,4}){0,4}\(?\s{0,4}(await\s{1,4})?(new\s{1,4})?(\w{1,30}\.){0,2}(atob|unescape|decodeURI(Component)?|Buffer(\.from)?|fromCharCode|inflate(Raw)?Sync|gunzipSync|unzipSync|brotliDecompressSync)\s{0,4}(\.apply\s{0,4})?\(/
    $python = /\bexec\s{0,4}\([^\n]{0,80}(b64decode|zlib\.decompress|bytes\.fromhex|codecs\.decode)\s{0,4}\(/
    $powershell = /\b(iex|Invoke-Expression)\b[^\n]{0,200}FromBase64String/i
    $shell_pipe = /\bbase64\s{1,4}(-d|-D|--decode)\b[^\n|]{0,80}\|\s{0,4}(\/(usr\/)?bin\/)?(env\s{1,4})?((ba|z|da|k)?sh|node|python3?|perl)\b/
    $shell_eval = /\beval\s{1,4}["']?\$\([^\n)]{0,200}\bbase64\s{1,4}(-d|-D|--decode)/
  condition:
    any of them
}

rule code_runs_downloaded {
  meta:
    id = "code-runs-downloaded"
    level = "block"
    about = "runs text that it has just downloaded"
  strings:
    $get_fetch = /\bfetch['"]?\]?\s{0,4}\(/
    $get_http = /\bhttps?['"]?\]?\)?\s{0,4}\.\s{0,4}get\s{0,4}\(/
    $get_client = /\b(axios|got|needle|superagent|request)(\s{0,4}\.\s{0,4}(get|post))?\s{0,4}\(/
    $run = /(\beval|\bFunction(\.constructor)?|\bconstructor\.constructor|\b_compile|\brunIn(This|New)?Context|\bcompileFunction|\bnew\s{1,4}vm\.Script)['"]?\]?\s{0,4}\)?\s{0,4}\(\s{0,4}(['"`][^'"`]{0,40}['"`]\s{0,4},\s{0,4}){0,4}(await\s{1,4})?\(?[A-Za-z_$]/
    $then = /\.then\s{0,4}\(\s{0,4}(globalThis\.|window\.|global\.)?eval\s{0,4}\)/
    $at_once = /(\beval|\bFunction|\brunIn(This|New)?Context)\s{0,4}\)?\s{0,4}\(\s{0,4}(['"`][^'"`]{0,40}['"`]\s{0,4},\s{0,4}){0,4}\(?\s{0,4}await\s{1,4}\(?\s{0,4}(await\s{1,4})?(\w{1,30}\.)?(fetch|axios|got|needle|get|request)\b/
    $python = /\bexec\s{0,4}\([^\n]{0,40}(requests\.get|urlopen)\s{0,4}\(/
  condition:
    $python or
    (not prose and $at_once) or
    (not prose and any of ($then, $run) and
     for any of ($get_*) : (for any i in (1..#) : ($then in (@[i]..@[i] + 400) or $run in (@[i]..@[i] + 600))))
}

rule code_runs_built_text {
  meta:
    id = "code-runs-built-text"
    level = "review"
    about = "decodes text and runs text near that place"
  strings:
    $decode_atob = /\batob\s{0,4}\(/
    $decode_buffer = /\b(Buffer\.)?from\s{0,4}\([^;\n]{1,200},\s{0,4}['"`](base64|hex)['"`]\s{0,4}\)/
    $decode_codes = /\bfromCharCode\s{0,4}(\.apply\s{0,4})?\(/
    $decode_zlib = /\b(inflate(Raw)?Sync|gunzipSync|unzipSync|brotliDecompressSync)\s{0,4}\(/
    $run = /(\beval|\bnew\s{1,4}Function|\bFunction\.constructor|\bconstructor\.constructor|\b_compile|\brunIn(This|New)?Context|\bcompileFunction|\bnew\s{1,4}vm\.Script)['"]?\]?\s{0,4}\)?\s{0,4}\(\s{0,4}(['"`][^'"`]{0,40}['"`]\s{0,4},\s{0,4}){0,4}[A-Za-z_$]/
  condition:
    $run and for any of ($decode_*) : (for any i in (1..#) : ($run in (@[i]..@[i] + 400)))
}

rule code_hex_names {
  meta:
    id = "code-hex-names"
    level = "review"
    about = "has the numbered names that a program for hiding code creates"
  strings:
    $name = /\b_0x[0-9a-f]{4,6}\b/
  condition:
    #name >= 40
}

rule code_off_screen {
  meta:
    id = "code-off-screen"
    level = "review"
    about = "has code so far to the right that it is off the screen"
  strings:
    $far = /[;{}),]([ \t]{200})[ \t]{0,4000}[A-Za-z_$(!\[][^\n]{20}/
  condition:
    any of them
}
