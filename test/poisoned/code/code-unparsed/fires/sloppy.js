// A word that is reserved in modules only, and a statement that is allowed in old scripts only.
var await = require('./settings');
with (await) { module.exports = address + port; }
