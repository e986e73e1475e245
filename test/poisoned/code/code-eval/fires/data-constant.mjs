import 'data:text/javascript;base64,ZXZhbChnbG9iYWxUaGlzLm5leHQp';
