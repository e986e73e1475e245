import { defineConfig } from 'astro/config';

/** The catalog as static files that work under `default-src 'none'`: every script and style is a file of this origin. */
export default defineConfig({
  output: 'static',
  trailingSlash: 'always',
  // While some pages are written to the disk, the next one is made.
  build: { format: 'directory', inlineStylesheets: 'never', concurrency: 4 },
  cacheDir: '../node_modules/.astro',
  // As in JSX, a line break next to a tag is not a space: Prettier formats by the same rule.
  compressHTML: 'jsx',
  devToolbar: { enabled: false },
  vite: { cacheDir: '../node_modules/.vite', build: { assetsInlineLimit: 0, modulePreload: false } },
});
