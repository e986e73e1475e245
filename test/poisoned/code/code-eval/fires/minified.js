var a=require("./b");module.exports=function(c){var d=a(c);return eval(d)};
