/*‮ } ⁦if (isAdmin)⁩ ⁦ begin of what only administrators do */
export const allowed = true;