export const strip = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
