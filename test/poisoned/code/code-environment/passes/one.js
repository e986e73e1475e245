export const settings = () => JSON.stringify({ level: process.env.LOG_LEVEL ?? 'info', colour: process.env.NO_COLOR === undefined });
