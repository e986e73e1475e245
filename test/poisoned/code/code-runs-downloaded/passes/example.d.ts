/**
 * Traces a tool.
 * @example
 * const fetchWeather = async (city) => (await fetch(`/api/weather?city=${city}`)).json();
 *
 * // A calculator.
 * const calculate = (expression) => eval(expression);
 */
export declare function trace<Tool>(tool: Tool): Tool;
