module.exports = (text) => Function`${text}```;
