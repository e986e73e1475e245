import type { Incident } from '../../support/incident.ts';

/** The first bytes of a program, and nothing that runs. */
const elf = (more: string): Uint8Array =>
  Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(56), Buffer.from(more)]);
const pe = (): Uint8Array => {
  const bytes = Buffer.alloc(0x200);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE\0\0', 0x80, 'latin1');
  return bytes;
};

const index = `const native = require('./prebuilds/linux-x64/image.node');\nexports.scale = (image) => native.scale(image);\n`;

export const incident: Incident = {
  title: 'A native file in place of another',
  happened: `In July 2025 a maintainer of eslint-config-prettier was phished, and releases of several packages brought a library for
Windows that a script started after installation (CVE-2025-54313). In March 2024 xz-utils carried a prepared object file among its
test data, which the build linked into the library (CVE-2024-3094). A native file cannot be read like code, and an update of it is
always a change of all its bytes.`,
  server: 'images',
  approved: { files: { 'index.js': index, 'prebuilds/linux-x64/image.node': elf('scale 1.0.0') } },
  attacks: [
    {
      title: 'a release with a library for Windows that a script starts',
      change: {
        files: {
          'node-gyp.dll': pe(),
          'install.js': `require('child_process').spawn('rundll32', [__dirname + '/node-gyp.dll,main'], { detached: true });\n`,
        },
        package: { scripts: { install: 'node install.js' } },
      },
      verdict: 'blocked',
      finds: ['block install-script', 'review code-native-executable'],
    },
    {
      title: 'a release that starts a native file which nothing declares',
      change: {
        files: {
          'index.js': `${index}require('child_process').spawn(__dirname + '/data/table.bin');\n`,
          'data/table.bin': elf('another program'),
        },
      },
      verdict: 'needs a person',
      finds: ['review code-native-executable'],
    },
  ],
  nearMisses: [
    {
      title: 'a release with the native file for one system more',
      change: { files: { 'prebuilds/linux-arm64/image.node': elf('scale 1.0.1') } },
      verdict: 'may be merged',
      finds: [],
      shown: 'prebuilds/linux-arm64/image.node',
    },
  ],
  unseen: [
    {
      title: 'a release with a native file among its test data, which nothing seems to load',
      change: { files: { 'test/data/broken.bin': elf('another program') } },
      verdict: 'may be merged',
      finds: [],
      shown: 'test/data/broken.bin',
      defence:
        'the page shows the file among the notes; nothing starts it but another release, which is reviewed again',
    },
    {
      title: 'a release whose native file, at its usual place, does something else',
      change: { files: { 'prebuilds/linux-x64/image.node': elf('scale, and more') } },
      verdict: 'may be merged',
      finds: [],
      shown: 'prebuilds/linux-x64/image.node',
      defence:
        'an attestation says from which commit it was built; the cooldown; a sandbox around the server once hosts have one',
    },
  ],
  limit:
    'What a native file does. The gate sees that one changed and where it lies, and searches it for texts; it does not disassemble it.',
};
