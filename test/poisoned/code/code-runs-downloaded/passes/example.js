/**
 * Traces a tool.
 * @example
 * const fetchWeather = async (city) => (await fetch(`/api/weather?city=${city}`)).json();
 *
 * // A calculator.
 * const calculate = (expression) => eval(expression);
 */
exports.trace = (tool) => tool;
// fetch(url).then((answer) => answer.text()).then(eval) would be another way; see https://service.example/docs
