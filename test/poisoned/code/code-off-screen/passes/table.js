export const art = [
  "                                                                                                    *",
  "                                                                                                   ***",
];
export const wide = {                                                                                                                        a: 1 };
