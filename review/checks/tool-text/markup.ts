/** Finds markup in a text: tags that pretend to be a message of someone else, images, comments, links that carry data. */
import type { Reading } from './fold.ts';
import type { Found } from './rules.ts';
import { quoted } from './quoted.ts';

/** Tokens that mark who speaks in a chat. In a tool's text they pretend that someone else speaks. */
const chatTokens: readonly RegExp[] = [
  /<\|\s?(?:im_start|system|user|assistant|start_header_id|begin_of_text|start|developer)\s?(?:\|>|\|)/iu,
  /\[\/?inst\]|<<\/?sys>>|<(?:start|end)_of_turn>|\[\/?(?:system_prompt|available_tools|tool_results)\]/iu,
  /<\/?(?:antml:)?(?:function_calls|function_results|tool_response|tool_result|system-reminder|system_reminder)>/iu,
];

/** Tokens that end a message. Honest texts name them too, as the place where a model should stop. */
const endTokens = /<\|\s?(?:im_end|endoftext|end_of_text|eot_id|end|eom_id)\s?\|>/iu;

/** Tags that make a text look important, or like the message of someone else. */
const voices =
  'system|sys|important|instruction|instructions|assistant|admin|override|secret|hidden|critical|urgent|priority|developer|system_prompt|system-prompt|system_instruction|system_instructions|very_important|rules|attention|mandatory';
const openVoice = new RegExp(`<\\s?(${voices})(?:\\s[^<>]{0,100})?>`, 'giu');
const bracketVoice = /\[\s?(?:system|important|admin|override|instructions?)\s?(?:message|note|prompt|notice)?\s?\]/iu;
const roleLine = /^[#\s]{0,8}(?:human|assistant|system prompt|system message|new instructions?)\s?:\s/imu;

/** Finds tags and tokens that look like the structure of a chat, also where they are disguised. */
export function pseudoTagsIn({ plain: read }: Reading): Found[] {
  const grave = chatTokens.map((token) => token.exec(read)?.[0]).find((token) => token !== undefined);
  if (grave !== undefined) return [found('text-pseudo-tags', 'block', `has ${quoted(grave)}`)];
  const lower = read.toLowerCase();
  let possible: string | undefined;
  for (const [tag, name = ''] of read.matchAll(openVoice)) {
    if (lower.includes(`</${name.toLowerCase()}>`))
      return [found('text-pseudo-tags', 'block', `has a part in ${quoted(tag)}`)];
    possible ??= tag;
  }
  possible ??= endTokens.exec(read)?.[0] ?? bracketVoice.exec(read)?.[0] ?? roleLine.exec(read)?.[0].trim();
  return possible === undefined ? [] : [found('text-pseudo-tags', 'review', `has ${quoted(possible)}`)];
}

const image = /!\[[^\][]{0,100}\]\s?\(\s?<?([^)\s]{1,2000})|<img\s[^<>]{0,200}?src\s?=\s?["']?([^"'\s>]{1,2000})/giu;
const referencedImage = /!\[[^\][]{0,100}\]\s?\[/u;
const link = /\bhttps?:\/\/[^\s"'`]{1,2000}/giu;
const placeholder = /[{<[$]|%7b|%3c|:\w/iu;
const knowledge =
  /conversation|history|context|secret|token|password|passwd|credential|api_?key|\benv|prompt|file_?content|content|payload|leak|exfil|user_?data|\bdata\b|memory|message|summary/iu;

/** Finds images, comments, and links that an agent is to fill in. */
export const markupIn = ({ plain: read }: Reading): Found[] => [
  ...imagesIn(read),
  ...commentsIn(read),
  ...dataLinksIn(read),
];

function imagesIn(text: string): Found[] {
  let shown: string | undefined;
  for (const [, markdown, html] of text.matchAll(image)) {
    const address = markdown ?? html ?? '';
    if (isFetched(address) && (placeholder.test(queryOf(address)) || /\{\w|\$\{|<\w/u.test(address)))
      return [found('text-markdown-image', 'block', `has an image with a place for data, ${quoted(address)}`)];
    shown ??= address;
  }
  shown ??= referencedImage.exec(text)?.[0];
  return shown === undefined ? [] : [found('text-markdown-image', 'review', `has an image, ${quoted(shown)}`)];
}

/** A client fetches addresses of the web; other schemes are names within a product, as in `ssr:<id>`. */
const isFetched = (address: string): boolean =>
  /^(?:https?|ftp|wss?):/iu.test(address) || !/^[a-z][a-z0-9+.-]{0,30}:/iu.test(address);

function commentsIn(text: string): Found[] {
  const start = text.indexOf('<!--');
  return start < 0
    ? []
    : [found('text-html-comment', 'review', `has a comment, ${quoted(text.slice(start, start + 90))}`)];
}

function dataLinksIn(text: string): Found[] {
  for (const [address] of text.matchAll(link)) {
    const query = queryOf(address);
    if (placeholder.test(query) && knowledge.test(query))
      return [found('text-data-link', 'review', `has a link with a place for data, ${quoted(address)}`)];
  }
  return [];
}

const queryOf = (address: string): string => {
  const start = address.search(/[?#]/u);
  return start < 0 ? '' : address.slice(start + 1);
};

const found = (rule: Found['rule'], level: Found['level'], what: string): Found => ({ rule, level, what });
