// Minified code gives one name to many things.
function a(e) { const t = Function; return e instanceof t; }
function b(t) { return t('words'); }
module.exports = [a, b];
