exports.strip = (text) => text.replace(/[\u200b-\u200d\ufeff\ufe00-\ufe0f]|\u{e0100}/gu, '');
