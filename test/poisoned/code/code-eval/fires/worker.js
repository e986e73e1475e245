const { Worker } = require('worker_threads');
module.exports = (text) => new Worker(text, { eval: true });
