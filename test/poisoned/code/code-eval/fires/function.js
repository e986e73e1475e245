module.exports = (text) => new Function(text)();
