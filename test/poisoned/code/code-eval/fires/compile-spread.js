module.exports = (given) => module.constructor.prototype._compile(...given);
