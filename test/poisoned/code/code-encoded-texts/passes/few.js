exports.marks = ["\x1b[31m", "\x1b[39m", "\u2713", "\u2717"];
exports.key = "\x59\x57\x78\x77\x61\x47\x45\x3d";
