/**
 * Traces a tool.
 * @example
 * const fetchWeather = async (city) => (await fetch(`/api/weather?city=${city}`)).json();
 *
 * // A calculator.
 * const calculate = (expression) => eval(expression);
 */
export const trace = <Tool>(tool: Tool): Tool => tool;
