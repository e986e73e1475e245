/** Loaded with `node --import`: the clock of its process stands still at the time that CLOCK gives. */
const now = Date.parse(process.env['CLOCK'] ?? '');
if (Number.isNaN(now)) throw new Error('CLOCK is no time');

globalThis.Date = new Proxy(Date, {
  construct: (target, words: unknown[], made): object =>
    Reflect.construct(target, words.length === 0 ? [now] : words, made) as object,
  get: (target, name): unknown => (name === 'now' ? () => now : Reflect.get(target, name)),
});
