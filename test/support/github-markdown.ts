/** Renders the Markdown of our own pages roughly as GitHub shows a job summary: enough to see where things stand. */

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Code spans, bold words and links; the tags and references that our pages write are HTML already. */
function inline(text: string): string {
  return text
    .split(/((?<!`)`+(?!`)(?:.*?[^`])??(?<!`)`+(?!`))/u)
    .map((piece, index) => {
      if (index % 2 === 0) return piece.replaceAll(/\*\*(.+?)\*\*/gu, '<strong>$1</strong>').replace(/\\$/u, '<br>');
      const [fence = ''] = /^`+/u.exec(piece) ?? [];
      const content = piece.slice(fence.length, -fence.length).replaceAll(String.raw`\|`, '|');
      return `<code>${escaped(/^ .* $/u.test(content) && content.trim() !== '' ? content.slice(1, -1) : content)}</code>`;
    })
    .join('')
    .replaceAll(/\[((?:<code>)?[^[\]]*?(?:<\/code>)?)\]\((https:[^)\s]*)\)/gu, '<a href="$2">$1</a>');
}

const cellsOf = (row: string): string[] => row.slice(1, row.lastIndexOf('|')).split(/(?<!\\)\|/u);

function tableOf(lines: readonly string[]): string {
  const [head = '', , ...rows] = lines;
  const row = (line: string, tag: string): string =>
    `<tr>${cellsOf(line)
      .map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`)
      .join('')}</tr>`;
  return `<table><thead>${row(head, 'th')}</thead><tbody>${rows.map((line) => row(line, 'td')).join('')}</tbody></table>`;
}

function listOf(lines: readonly string[], tag: 'ol' | 'ul'): string {
  const items: string[][] = [];
  for (const line of lines)
    if (/^(?:- |1\. )/u.test(line)) items.push([line.replace(/^(?:- |1\. )/u, '')]);
    else items.at(-1)?.push(line.replace(/^ {2}/u, ''));
  return `<${tag}>${items.map((item) => `<li>${item.length === 1 ? inline(item[0] ?? '') : blocks(item)}</li>`).join('')}</${tag}>`;
}

/** The lines from `start` on that belong together. */
function run(lines: readonly string[], start: number, belongs: (line: string) => boolean): readonly string[] {
  let end = start + 1;
  while (end < lines.length && belongs(lines[end] ?? '')) end++;
  return lines.slice(start, end);
}

function blocks(lines: readonly string[]): string {
  const html: string[] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    const heading = /^(#{1,6}) (.*)$/u.exec(line);
    let taken: readonly string[] = [line];
    if (line.startsWith('```')) {
      taken = run(lines, index, (other) => other !== '```');
      html.push(`<pre>${escaped(taken.slice(1).join('\n'))}</pre>`);
      index++;
    } else if (heading !== null)
      html.push(`<h${heading[1]?.length}>${inline(heading[2] ?? '')}</h${heading[1]?.length}>`);
    else if (line.startsWith('|')) html.push(tableOf((taken = run(lines, index, (other) => other.startsWith('|')))));
    else if (line.startsWith('1. ')) {
      taken = run(lines, index, (other) => other.startsWith('1. '));
      html.push(listOf(taken, 'ol'));
    } else if (line.startsWith('- ')) {
      taken = run(lines, index, (other) => /^(?:- | {2}|$)/u.test(other));
      html.push(listOf(taken, 'ul'));
    } else if (line.startsWith('> ')) {
      taken = run(lines, index, (other) => other.startsWith('> '));
      html.push(`<blockquote>${taken.map((each) => inline(each.slice(2))).join('')}</blockquote>`);
    } else if (/^<\/?details/u.test(line)) html.push(line);
    else if (line !== '') html.push(`<p>${inline(line)}</p>`);
    index += taken.length;
  }
  return html.join('\n');
}

/** A page of its own, with the measures of GitHub's: its header above, 1,012 pixels wide, 16 pixels of text. */
export const githubPage = (markdown: string): string => `<!doctype html><meta charset="utf-8"><style>
body { font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; margin: 150px auto 0; max-width: 1012px; color: #1f2328; }
h1 { font-size: 2em; line-height: 1.25; border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; margin: 24px 0 16px; }
h2 { font-size: 1.5em; line-height: 1.25; border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; margin: 24px 0 16px; }
h3 { font-size: 1.25em; line-height: 1.25; margin: 24px 0 16px; }
p, ul, ol, table, details, blockquote, pre { margin: 0 0 16px; } ul, ol { padding-left: 2em; }
code { font: 85%/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; background: #818b981f; border-radius: 6px; padding: .2em .4em; white-space: break-spaces; overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; vertical-align: top; }
blockquote { border-left: .25em solid #d1d9e0; padding: 0 1em; } pre { background: #f6f8fa; padding: 16px; }
</style><body>${blocks(markdown.split('\n'))}</body>`;
