const { readdirSync } = require('fs');
module.exports = readdirSync(__dirname + '/lang').map((name) => require(`${__dirname}/lang/${name}`));
