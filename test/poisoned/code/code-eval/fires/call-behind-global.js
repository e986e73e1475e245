// The first call only finds the global object; what is inside it runs as well.
Function('return this')().done = ((text) => new Function(text)())(process.argv[2]);
