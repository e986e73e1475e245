module.exports = (text) => constructor.constructor(text)();
