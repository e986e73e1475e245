const made = new module.constructor();
exports.load = (text) => { made._compile(text, ''); return made.exports; };
