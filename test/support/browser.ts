/** A Chromium for the browser tests: an installed one where it starts, else the one that npm brought. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';

/** A way to a browser that may or may not exist here. */
interface Candidate {
  readonly name: string;
  readonly prepare: () => Promise<Program>;
}

interface Program {
  readonly executablePath: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

type Started =
  { readonly kind: 'started'; readonly browser: Browser } | { readonly kind: 'none'; readonly why: string };

/** One browser for all tests of a file. Without one they fail in CI; elsewhere they are skipped and say why. */
export function browserForFile(): () => Browser {
  let started: Started | undefined;
  // A browser on a busy machine is slow, and that is nobody's fault.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
  beforeAll(async () => {
    started = await startBrowser(browserCandidates());
    if (started.kind === 'started') return;
    if (process.env['CI']) throw new Error(started.why);
    process.stderr.write(`skipped: ${started.why}\n`);
  });
  beforeEach((context) => {
    if (started?.kind === 'none') context.skip(started.why);
  });
  afterAll(async () => {
    if (started?.kind === 'started') await started.browser.close();
  });
  return () => {
    if (started?.kind !== 'started') throw new Error('the browser is there within tests only');
    return started.browser;
  };
}

/** Starts the first candidate that works, with a new empty profile. */
export async function startBrowser(from: readonly Candidate[]): Promise<Started> {
  const reasons: string[] = [];
  for (const { name, prepare } of from) {
    try {
      const { executablePath, env = {} } = await prepare();
      const browser = await chromium.launch({
        executablePath,
        // Chromium's sandbox does not work for root, which is what containers run as.
        chromiumSandbox: process.getuid?.() !== 0,
        env: { ...process.env, ...env },
        args: [
          '--disable-background-networking',
          '--no-proxy-server',
          // No page and no service of the browser's own finds another host.
          '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
        ],
      });
      return { kind: 'started', browser };
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message.trim() : String(error)}`);
    }
  }
  const remedy = 'install Chromium or Chrome, or set CHROMIUM_PATH to one';
  return { kind: 'none', why: ['no Chromium that starts', ...reasons, remedy].join('\n') };
}

export function browserCandidates(): Candidate[] {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen) return [installed(chosen)];
  return [...usualPlaces().filter(existsSync).map(installed), unpacked];
}

const installed = (executablePath: string): Candidate => ({
  name: executablePath,
  prepare: async () => ({ executablePath }),
});

function usualPlaces(): string[] {
  const { env, platform } = process;
  switch (platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
        ['/Applications', join(env['HOME'] ?? '/', 'Applications')].map((folder) =>
          join(folder, `${name}.app/Contents/MacOS/${name}`),
        ),
      );
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
        .flatMap((variable) => env[variable] ?? [])
        .flatMap((folder) =>
          ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'].map((file) =>
            join(folder, file),
          ),
        );
    default:
      return [
        '/usr/bin/chromium',
        '/usr/bin/chromium-browser',
        '/usr/bin/google-chrome',
        '/usr/bin/google-chrome-stable',
        '/usr/bin/microsoft-edge',
        '/snap/bin/chromium',
      ];
  }
}

/** The one in @sparticuz/chromium, which also brings the libraries and a font that a bare container lacks. */
export const unpacked: Candidate = { name: '@sparticuz/chromium', prepare: unpack };

/** Its own file names folders of AWS Lambda. */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

async function unpack(): Promise<Program> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`it runs on linux x64 only, and this is ${process.platform} ${process.arch}`);
  }
  const modules = join(import.meta.dirname, '../../node_modules');
  const manifest = await readFile(join(modules, '@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(modules, '.cache/countersign', `chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder, modules);
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  };
}

/**
 * The package unpacks into the folder for temporary files, under names that anybody can take first, and believes what
 * it finds there. So it gets such a folder of its own, in a process of its own, and the result is put in place at once.
 */
async function unpackInto(folder: string, modules: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.`);
  try {
    const program = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: dirname(modules),
      // The runtime's name makes it unpack the libraries too.
      env: { ...process.env, TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
    });
    await writeFile(join(staging, 'fonts/fonts.conf'), fontsConf);
    await rename(staging, folder);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
