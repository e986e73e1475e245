module.exports = <%= name %>;
eval(text);
