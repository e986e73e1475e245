module.exports = (source) => new Function('data', 'escape', `return ${source}`);
