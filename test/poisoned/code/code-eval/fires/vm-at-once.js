module.exports = (text) => require('vm').runInThisContext(text);
