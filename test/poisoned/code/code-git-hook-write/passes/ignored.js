export const ignored = ['.git', '.git/hooks', 'node_modules'];
export const isIgnored = (path) => ignored.some((folder) => path.startsWith(`${folder}/`));
