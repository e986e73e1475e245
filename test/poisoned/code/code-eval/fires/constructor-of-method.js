// Methods of texts, lists and objects that are written out.
exports.first = (text) => 'words'.at.constructor(text)();
exports.second = (text) => ({}).toString.constructor(text)();
