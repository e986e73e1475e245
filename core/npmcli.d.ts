/** What we use of npm's libraries and their type packages leave out. */
declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: {
    readonly definitions: import('@npmcli/config').DefinitionsObject;
    readonly shorthands: Record<string, string[]>;
    readonly flatten: (from: Record<string, unknown>, to?: Record<string, unknown>) => Record<string, unknown>;
  };
  export default definitions;
}
