const vm = require('node:vm');
const script = new vm.Script('1 + 1');
exports.run = (context) => script.runInContext(vm.createContext(context));
exports.context = vm.isContext;
