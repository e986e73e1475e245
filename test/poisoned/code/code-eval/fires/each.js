module.exports = (texts) => texts.map(eval);
