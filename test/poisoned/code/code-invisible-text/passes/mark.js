export const separator = "​";
