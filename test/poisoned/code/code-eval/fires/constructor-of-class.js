class Amount {}
const { constructor: Made } = Amount;
module.exports = (text) => new Made(text)();
