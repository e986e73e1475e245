/** Finds mail addresses and phone numbers. An agent may send to an address that stands in a tool's text. */
import type { Reading } from './fold.ts';
import { phraseBook } from './phrase.ts';
import { quoted } from './quoted.ts';
import type { Found } from './rules.ts';

const mail = /[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24}(?![\w-])/giu;
const phone =
  /(?<![\w+.-])(?:\+|tel:\+?|wa\.me\/)\d[\d ().-]{5,20}\d(?![\w-])|(?<![\w+.-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w.-])/gu;

/** The names that documentation uses (RFC 2606), and those that writers of examples use. */
const exampleDomain =
  /(?:^|\.)(?:example\.(?:com|org|net|edu)|example|test|invalid|localhost|local)$|^(?:your|my|the)?-?(?:company|domain|organization|organisation|org|corp|email|mail|site|school|client|customer|sample|test|acme|foo|bar|abc|xyz|contoso|fabrikam|northwind|adventure-works)(?:corp|company|inc)?\.(?:com|org|net|io|co|edu|de|fr|gov)$/u;
const exampleName =
  /^(?:no-?reply|do-?not-?reply|git)@|^(?:your|my|the|some|first|last|jane|john|alice|bob|carol|user|name|example|sample|test|someone|somebody|person)(?:[._-]?(?:name|user|email|mail|address|example|doe|smith|last|lastname|account|here|\d{1,4}))?@(?:gmail|googlemail|outlook|hotmail|yahoo|icloud|proton)\.(?:com|me)$/u;
/** An `@` also stands before versions and sizes of files, and in names of service accounts and calendars. */
const notMail =
  /\.(?:png|jpe?g|gif|svg|webp|js|mjs|cjs|ts|tsx|json|md|ya?ml|py|css|html?)$|\.calendar\.google\.com$|\.gserviceaccount\.com$/u;

/** Numbers that are reserved for films and documents, and those that count up or repeat. */
const exampleNumber = /555\d{0,7}$|1234567|2345678|9876543|0{6}|1{6}|9{6}|7700900\d{3}$|2079460\d{3}$/u;

/** Stands for each address where the order of words is searched. */
const address = 'qqaddress';

/** Orders that make an address a recipient, whatever the user asks for. */
const orders = phraseBook<'order'>(
  [
    `always|must|also|every|each|all|any|whenever|additionally ..5 send|sent|forward|forwarded|copy|copied|bcc|cc|add|added|goes|go|include|included|deliver|delivered|route|routed|report|reported ..6 ${address}`,
    `send|sending|forward|forwarding|add|include|put|mail ..2 copy|copies ..8 ${address}`,
    `bcc|cc ..4 ${address} ..3 in|on|for|to|with ..2 every|all|each|any`,
    `add|include|put|insert|copy|bcc|cc ..3 ${address} ..4 to|in|as|on ..3 bcc|cc|every|all|each|recipient|recipients`,
    `recipient|recipients|address|number|receiver|bcc|cc|to ..3 must|has|have|should|shall|needs ..2 be|is ..2 ${address}`,
    `${address} ..4 must|should|always|has|needs ..2 be ..1 included|added|copied|bcc|cc|used|recipient`,
    `change|replace|set|rewrite|redirect ..3 recipient|recipients|address|number|receiver ..6 ${address}`,
    `instead ..6 to|at ..2 ${address}`,
  ].map((words): [string, 'order'] => [words, 'order']),
);

/** The first address that an agent is to send to, or else the first that is not an example. */
export function contactsIn(reading: Reading): Found[] {
  const { plain, folded } = reading;
  if (!/[@\d]|\bat\b/iu.test(plain)) return [];
  const read = withoutDisguise(plain);
  const mails = [...read.matchAll(mail)]
    .filter(({ index }) => !/:\/\/\S{0,120}$/u.test(read.slice(Math.max(0, index - 130), index)))
    .map(([found]) => found.toLowerCase())
    .filter((found) => !notMail.test(found));
  const phones = [...read.matchAll(phone)].map(([found]) => found).filter(hasDigitsOfPhone);
  const first = mails[0] ?? phones[0];
  if (first === undefined) return [];
  const marked = withoutDisguise(folded).replace(mail, ` ${address} `).replace(phone, ` ${address} `);
  const order = orders.find({ ...reading, folded: marked })[0]?.words;
  if (order !== undefined)
    return [found(`makes ${quoted(first)} a recipient: ${quoted(order.replaceAll(address, '...'))}`)];
  const real = mails.find((each) => !isExampleMail(each)) ?? phones.find((each) => !isExampleNumber(each));
  return real === undefined ? [] : [found(`names ${quoted(real)}`)];
}

/** `audit [at] collector [dot] example` is an address too. */
const withoutDisguise = (text: string): string =>
  text.replace(/ ?[[({] ?at ?[\])}] ?/giu, '@').replace(/ ?[[({] ?(?:dot|\.) ?[\])}] ?/giu, '.');

const isExampleMail = (found: string): boolean =>
  exampleDomain.test(found.slice(found.indexOf('@') + 1)) || exampleName.test(found);

const digitsOf = (number: string): string => number.replace(/\D/gu, '');

const hasDigitsOfPhone = (number: string): boolean => {
  const { length } = digitsOf(number);
  return length >= 8 && length <= 15;
};

const isExampleNumber = (number: string): boolean => exampleNumber.test(digitsOf(number));

const found = (what: string): Found => ({ rule: 'text-contact-address', level: 'review', what });
