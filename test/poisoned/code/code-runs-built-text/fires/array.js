var k=[104,105].map(function(n){return String.fromCharCode(n^0)}).join("");var z=k;eval(z);
