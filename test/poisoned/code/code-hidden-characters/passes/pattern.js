exports.strip = (text) => text.replace(/[​‌‍⁠﻿]/g, '').replace(/[​-‏⁠-⁤︀-️­]/g, '');
exports.blanks = ['​', '‌', '‍', '⁠', '﻿', '᠎', 'ㅤ'];
