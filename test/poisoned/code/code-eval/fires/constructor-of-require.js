module.exports = (text) => require.constructor(text)();
