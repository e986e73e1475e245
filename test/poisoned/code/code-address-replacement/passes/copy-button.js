export const copy = (button) => navigator.clipboard.writeText(button.dataset.address.replace(/\s+/g, ''));
