// Functions that every program finds.
exports.first = (text) => Math.max.constructor(text)();
