export const strip = (text) => text.replace(/[‪-‮⁦-⁩]/g, '');
