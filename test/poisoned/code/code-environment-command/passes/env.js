// A variable by its name, and a pipe of other things.
module.exports = ['env | sort', 'curl https://service.example/$(uname -m)', 'env NAME=value node index.js'];
