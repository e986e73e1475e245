// Invisible characters.

rule code_bidi_unbalanced {
  meta:
    id = "code-bidi-unbalanced"
    level = "block"
    about = "changes the direction of text beyond the end of a line, so that a reader sees other code than what runs"
  strings:
    // An embedding or override (U+202A, U+202B, U+202D, U+202E), or an isolate (U+2066 to U+2068), that no U+202C or
    // U+2069 ends on its line. A range in a regular expression that looks for these characters does not match, because of
    // its hyphen. A hyphen cannot hide a character: the other rule still finds it.
    $embedding = /[^-]\xe2\x80[\xaa\xab\xad\xae]([^-\n\xe2]|\xe2[^\x80\n]|\xe2\x80[^\xac\n])([^\n\xe2]|\xe2[^\x80\n]|\xe2\x80[^\xac\n]){0,800}\n/
    $isolate = /[^-]\xe2\x81[\xa6-\xa8]([^-\n\xe2]|\xe2[^\x81\n]|\xe2\x81[^\xa9\n])([^\n\xe2]|\xe2[^\x81\n]|\xe2\x81[^\xa9\n]){0,800}\n/
  condition:
    text and any of them
}

rule code_bidi {
  meta:
    id = "code-bidi"
    level = "review"
    about = "contains characters that change the direction of text"
  strings:
    $embedding = /\xe2\x80[\xaa-\xae]/
    $isolate = /\xe2\x81[\xa6-\xa9]/
  condition:
    text and any of them
}

rule code_invisible_text {
  meta:
    id = "code-invisible-text"
    level = "block"
    about = "contains a text in invisible characters"
  strings:
    $selectors = /(\xef\xb8[\x80-\x8f]|\xf3\xa0[\x84-\x87][\x80-\xbf]){12}/
    $tags = /(\xf3\xa0[\x80\x81][\x80-\xbf]){12}/
    $zero_width = /(\xe2\x80[\x8b-\x8d]|\xe2\x81[\xa0-\xa4]|\xef\xbb\xbf){16}/
    $fillers = /(\xe3\x85\xa4|\xef\xbe\xa0){8}/
  condition:
    text and any of them
}
