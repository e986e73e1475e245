exports.ready = true; // one​
﻿exports.again = true;
