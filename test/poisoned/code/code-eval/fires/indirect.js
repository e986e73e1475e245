const run = (0, eval);
exports.first = (text) => run(text);
exports.second = (text) => globalThis['ev' + 'al'](text);
