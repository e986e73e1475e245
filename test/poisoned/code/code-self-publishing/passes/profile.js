export const whoami = (registry) => fetch(`${registry}/-/whoami`).then((answer) => answer.json());
