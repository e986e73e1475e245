// What made the class of an object makes functions.
exports.first = (text) => new Map().constructor.constructor(text)();
