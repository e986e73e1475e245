/**
 * Takes from Node's own modules only what a bundle uses of them. An import asks a module for all that it exports, and some of that is
 * loaded only when it is asked for: the streams of `node:fs`, Web Crypto, worker threads. Each start would pay for them.
 */
import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

export const usedBuiltins: Plugin = {
  name: 'used-builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => {
      const names = Object.keys((await import(path)) as object).filter((name) => name !== 'default');
      const whole = `process.getBuiltinModule(${JSON.stringify(path)})`;
      // What is called "pure" is left out where nobody uses it.
      const pure = (name: string, value: string): string => `${name} = /* @__PURE__ */ (() => ${value})();`;
      return {
        contents: [
          pure('const whole', whole),
          ...names.map((name) => pure(`export const ${name}`, `whole.${name}`)),
          'export default whole;',
        ].join('\n'),
      };
    });
  },
};
