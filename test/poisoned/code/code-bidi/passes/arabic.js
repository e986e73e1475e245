export const words = { hello: 'مرحبا', peace: 'שלום' };
