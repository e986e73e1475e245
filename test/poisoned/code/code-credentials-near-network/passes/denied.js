// Which files a sandbox keeps from what runs in it.
export const denied = ['~/.ssh/id_rsa', '~/.aws/credentials', '~/.npmrc', '~/.kube/config'];
export const isDenied = (path) => denied.includes(path);
