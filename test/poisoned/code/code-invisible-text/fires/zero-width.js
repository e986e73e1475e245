const bits = "​‌‌​‌​​​​‌‌​‌​​‌";
export default bits;
