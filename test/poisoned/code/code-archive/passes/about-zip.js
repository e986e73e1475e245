// The signs by which a zip begins and ends.
exports.begins = 'PK\x03\x04';
exports.ends = 'PK\x05\x06';
exports.name = 'tools.zip';
