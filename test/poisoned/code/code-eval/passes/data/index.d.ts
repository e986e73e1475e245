export declare const read: (name: string) => string;
