export const usage = 'Add this to your ~/.bashrc: source <(tool completion)';
export const files = ['.bashrc', '.zshrc'];
