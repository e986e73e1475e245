// To install the runtime: curl -fsSL https://get.example/install.sh | sh
export const hint = 'The runtime is missing. See https://get.example for how to install it.';
