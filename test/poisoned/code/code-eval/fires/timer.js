exports.later = (text) => setTimeout('run(' + text + ')', 10);
